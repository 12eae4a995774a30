/*
 * Where hub ids stand: the tags of the schema by which a rotation of the matcher's key finds every table that it must
 * re-key. It is a list of files and not of steps, because what is re-keyed is what stands on the disk, also of versions
 * that nobody builds any more. A rotation reads every other column of every other file too, and stops at one that holds
 * hub ids and is not here; a test holds the list against whole hubs.
 */

export interface HubIdColumns {
  /** Paths inside the folder, with / between names. A table may be a folder of parts. */
  readonly files: RegExp
  /** Columns that hold hub ids, where the file has them. */
  readonly columns: readonly string[]
  /** A total order of the rows, as whoever makes the table orders them: so the same ids give the same bytes. */
  readonly order: readonly string[]
}

const PARTS = String.raw`\.parquet(?:/[^/]+)?$`
const file = (path: string): RegExp => new RegExp(`^${path}${PARTS}`)

/** In lake/. */
export const LAKE: readonly HubIdColumns[] = [
  { files: file(String.raw`snds/[A-Z][A-Z0-9_]*/[^/]+`), columns: ['person'], order: ['row_id'] },
  { files: file('snds/RESIDENCE'), columns: ['person'], order: ['person', 'from'] },
  { files: file('bndmr/[A-Z]+'), columns: ['person'], order: ['row_id'] },
  { files: file(String.raw`links/v\d+/[a-z_]+`), columns: ['bndmr', 'snds'], order: ['bndmr', 'snds'] },
  {
    files: file(String.raw`oppositions/v\d+`),
    columns: ['person'],
    order: ['person', 'source', 'scope', 'from_date', 'until_date'],
  },
  { files: file(String.raw`omop/v\d+/ids/person`), columns: ['snds', 'bndmr'], order: ['person_id'] },
  { files: file(String.raw`omop/v\d+/person`), columns: ['person_source_value'], order: ['person_id'] },
]

/** In trusted/matcher/identity/: who is who, by level 1. */
export const IDENTITY: readonly HubIdColumns[] = [
  { files: file('snds'), columns: ['person'], order: ['psa', 'rng nulls first'] },
  { files: file('bndmr'), columns: ['person'], order: ['level1'] },
]

/** Files of the lake that hold hub ids and are made from others of the lake, or were on the way: a rotation drops them. */
export const DROPPED = /^omop\/v\d+\/cdm\.duckdb$|^\.work\//

/** The tag of a file, or none. */
export const tagOf = (tags: readonly HubIdColumns[], path: string): HubIdColumns | undefined =>
  tags.find(({ files }) => files.test(path))
