import { isUtf8 } from 'node:buffer'
import { bytesOf, eachRecord, fieldsOf, type Records, textOf } from './csv-records.ts'

/** What a CSV file looks like, found out by reading all of it once. */
export interface CsvShape extends Records {
  /** Column names in file order, made unique. */
  readonly header: readonly string[]
  /** The header names fewer columns than the rows have: they begin with row names, or end with a separator. */
  readonly extra: 'row-names' | 'trailing' | undefined
  /** Data rows, the misshapen included. */
  readonly rows: number
  /** Rows with another number of fields than the header. */
  readonly misshapen: readonly { readonly row: number; readonly fields: number }[]
  /** Nothing in it that two CSV readers could read in two ways: it can be read where it lies. */
  readonly plain: boolean
}

const SEPARATORS = [';', ',', '\t', '|'] as const

/**
 * Reads a CSV file's bytes once (twice when it holds quotes): encoding, separator, header, and which rows have the
 * wrong number of fields.
 * @param known the columns that the table may have, in capitals: the separator is the one that finds most of them
 */
export async function scanCsv(path: string, known: ReadonlySet<string>): Promise<CsvShape> {
  const { encoding, quotes } = await bytesSay(path)
  const separator = await separatorOf(path, encoding, known)
  const first = await scanAs({ path, separator, encoding, spanning: false }, quotes)
  if (first.shape.misshapen.length === 0 && first.strayQuotes === 0) return first.shape
  const second = await scanAs({ path, separator, encoding, spanning: true }, quotes)
  // Two halves of a quoted field may look like two whole rows, but each has a quote that
  // nothing closes.
  const better =
    first.shape.misshapen.length === 0
      ? second.shape.misshapen.length + second.strayQuotes === 0
      : second.shape.misshapen.length < first.shape.misshapen.length
  return better ? second.shape : first.shape
}

/** Encoding, and whether there is any quote, without telling rows apart. */
async function bytesSay(path: string): Promise<{ encoding: Records['encoding']; quotes: boolean }> {
  let utf8 = true
  let quotes = false
  let tail: Buffer = Buffer.alloc(0)
  let first = true
  for await (const chunk of bytesOf(path)) {
    if (first && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
      return { encoding: 'utf-16', quotes: true }
    first = false
    quotes ||= chunk.includes(34)
    if (!utf8) continue
    const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
    const whole = wholeCharacters(bytes)
    utf8 = isUtf8(bytes.subarray(0, whole))
    tail = bytes.subarray(whole)
  }
  return { encoding: utf8 && tail.length === 0 ? 'utf-8' : 'latin-1', quotes }
}

/** How many bytes of a piece make whole UTF-8 characters: one that was cut at its end waits for the next piece. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

async function separatorOf(
  path: string,
  encoding: Records['encoding'],
  known: ReadonlySet<string>,
): Promise<string> {
  let header = ''
  await eachRecord({ path, separator: ';', encoding, spanning: false }, (bytes) => {
    header = textOf(bytes, encoding)
    return false
  })
  const found = SEPARATORS.map((separator) => {
    const names = fieldsOf(header, separator)
    return { separator, known: names.filter((one) => known.has(tidy(one))).length, fields: names.length }
  })
  found.sort((a, b) => b.known - a.known || b.fields - a.fields)
  return found[0]?.separator ?? ';'
}

/** A column name as it is compared: trimmed, in capitals. */
export const tidy = (column: string): string => column.trim().replaceAll('"', '').toUpperCase()

/** How a file looks when it is read so, and how many quotes are out of place. */
async function scanAs(
  file: Records,
  quotes: boolean,
): Promise<{ readonly shape: CsvShape; readonly strayQuotes: number }> {
  let header: string[] = []
  let sample: string[][] = []
  let extra: CsvShape['extra']
  let expected = 0
  let rows = 0
  let strayQuotes = 0
  const read = (bytes: Buffer): string[] =>
    fieldsOf(textOf(bytes, file.encoding), file.separator, () => strayQuotes++)
  const misshapen: { row: number; fields: number }[] = []
  const separator = file.separator.charCodeAt(0)
  const decide = () => {
    extra = extraField(header, sample)
    expected = header.length + (extra ? 1 : 0)
    sample.forEach((fields, index) => {
      if (fields.length !== expected && !(extra === 'trailing' && fields.length === header.length))
        misshapen.push({ row: index + 1, fields: fields.length })
    })
    sample = []
  }
  await eachRecord(file, (bytes, number) => {
    if (number === 0) {
      header = read(bytes)
      return undefined
    }
    rows = number
    if (number <= SAMPLE) {
      sample.push(read(bytes))
      if (number === SAMPLE) decide()
      return undefined
    }
    const fields = quotes && bytes.includes(34) ? read(bytes).length : count(bytes, separator) + 1
    if (fields !== expected && !(extra === 'trailing' && fields === header.length))
      misshapen.push({ row: number, fields })
    return undefined
  })
  if (rows < SAMPLE) decide()
  const names = unique(extra === 'row-names' ? ['ROW.NAMES', ...header] : header)
  const clean = names.every((name, index) => name === header[index])
  const plain =
    !quotes &&
    misshapen.length === 0 &&
    !extra &&
    clean &&
    file.encoding === 'utf-8' &&
    !file.path.toLowerCase().endsWith('.gz') &&
    header.length > 1
  return { shape: { ...file, header: names, extra, rows, misshapen, plain }, strayQuotes }
}

const SAMPLE = 50

/** The rows of a sample all have one field more than the header: row names before (1, 2, 3…) or a separator after? */
function extraField(header: readonly string[], sample: readonly string[][]): CsvShape['extra'] {
  if (sample.length === 0 || sample.some((fields) => fields.length !== header.length + 1)) return undefined
  if (sample.every((fields) => fields.at(-1) === '')) return 'trailing'
  if (sample.every((fields, index) => fields[0] === String(index + 1))) return 'row-names'
  return undefined
}

function count(bytes: Buffer, separator: number): number {
  let n = 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === separator) n++
  return n
}

/** Names without blanks around them; a name without letters, or a second one of its kind, gets a number. */
function unique(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((raw, index) => {
    let name = raw.trim() === '' ? `COLUMN_${index + 1}` : raw.trim()
    while (used.has(name.toUpperCase())) name = `${name}_${index + 1}`
    used.add(name.toUpperCase())
    return name
  })
}
