import type { DuckDb } from '../../engine/index.ts'

/** What may be delivered: three sources with tables of their own, and the list of oppositions. */
export type Delivered = 'snds' | 'bndmr' | 'referentials' | 'oppositions'

/**
 * How a column is read from what was delivered. `as is` costs nothing: the Parquet type was already right. `cast`
 * is exact; `number` may drop digits after the point.
 */
export type Reading =
  | 'as is'
  | 'cast'
  | 'number'
  | 'absent'
  | 'text'
  | 'flag'
  | 'integer'
  | 'month'
  | 'year'
  | 'decimal'
  | 'date'
  | 'derived'

export interface AcceptedColumn {
  /** The column of the definition. */
  readonly column: string
  readonly reading: Reading
  /** Its name as delivered (case, or another name that the table is known to go by); absent when it was not there. */
  readonly found?: string
}

/** How a CSV file is to be read again: everything was found out once, nothing is sniffed twice. */
export interface CsvOptions {
  readonly separator: string
  readonly encoding: 'utf-8' | 'latin-1'
  /** Column names in file order, as delivered; made unique when the header repeats one. */
  readonly header: readonly string[]
}

/**
 * A file that passed the check, with all that is needed to read its accepted rows again in another process.
 * Plain JSON: it is handed from the check to the pass that replaces pseudonyms. Its rows and euros are those accepted.
 */
export interface AcceptedFile extends Balance {
  readonly source: Delivered
  /** Name of the definition (`ER_PRS_F`, `T_MCO_B`). */
  readonly table: string
  /** YYYY, YYYYMM, or 0 for a table that is delivered whole, or a file that does not say. */
  readonly period: number
  readonly part: number
  /** The file as sent; after `keepDelivery`, where it is kept. */
  readonly path: string
  /** What is read: the file itself, or a copy in plain UTF-8 when the file has quotes, Latin-1 or broken rows. */
  readonly reads: string
  readonly format: 'csv' | 'parquet'
  readonly csv?: CsvOptions
  readonly columns: readonly AcceptedColumn[]
  /** What was set aside; `reasons` is a CSV (row;column;value;reason) whose distinct rows are those left out. */
  readonly setAside: Balance & { readonly reasons?: string }
  readonly sha256: string
}

/** Why one value, or one row (`column` empty), was not accepted. `row` is the 1-based data row of the file. */
export interface Reason {
  readonly row: number
  readonly column: string
  readonly value: string | null
  readonly reason: string
}

/** Something that is told and counted, but sets nothing aside. */
export interface Warning {
  readonly kind:
    | 'too-long'
    | 'outside-list'
    | 'absent-column'
    | 'unknown-column'
    | 'other-name'
    | 'read-as-missing'
    | 'rounded'
    | 'zeros-restored'
    | 'one-value'
    | 'empty-column'
    | 'no-row'
    | 'unknown-period'
  readonly column?: string
  readonly count: number
  readonly example?: string
}

/** Rows and euros of a file (or of all): received = accepted + setAside, in both. */
export interface Balance {
  readonly rows: number
  /** Decimal text with two digits: the sum of the columns that are the table's amount; `null` for a table without one. */
  readonly euros: string | null
}

export interface FileReport {
  readonly file: string
  readonly table: string
  readonly period: number
  readonly part: number
  readonly received: Balance
  readonly accepted: Balance
  readonly setAside: Balance
  /** The first reasons; all of them stand beside the quarantined rows. */
  readonly reasons: readonly Reason[]
  readonly reasonCount: number
  readonly warnings: readonly Warning[]
  /** Where the rows set aside are, as received. */
  readonly quarantine?: string
  /** True when this very file had been accepted before and was not read again. */
  readonly unchanged: boolean
}

/** A file that is not taken at all: not a table that we know, or one that cannot be read. */
export interface RefusedFile {
  readonly file: string
  readonly why: 'unknown-table' | 'unknown-format' | 'unreadable' | 'required-column-absent' | 'twice'
  readonly says: string
}

export interface DeliveryReport {
  readonly source: Delivered
  readonly files: readonly FileReport[]
  readonly refused: readonly RefusedFile[]
  /** What the next pass reads. */
  readonly accepted: readonly AcceptedFile[]
  readonly total: { readonly received: Balance; readonly accepted: Balance; readonly setAside: Balance }
}

export interface DeliveryRequest {
  readonly source: Delivered
  readonly dir: string
  /** Where rows set aside go: one CSV per file, as received, and the reasons beside. */
  readonly quarantine: string
  readonly engine: DuckDb
  /** What was accepted before: a file whose bytes are the same is not read again. */
  readonly earlier?: readonly AcceptedFile[]
  readonly onFile?: (event: {
    file: string
    index: number
    of: number
    bytes: number
    report?: FileReport
  }) => void
}
