import { ChainonError } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import type { HubIdColumns } from './hub-id-columns.ts'
import { count, fileOf, quoted } from './new-ids.ts'

/** The columns of a file that its tag names. */
export async function taggedColumns(engine: DuckDb, path: string, tag: HubIdColumns): Promise<string[]> {
  const has = (await engine.describe(`select * from ${fileOf(path)}`)).map(({ name }) => name)
  return tag.columns.filter((column) => has.includes(column))
}

/** SQL: the rows of a file under new ids. Their order is asked for: a join may give them in any. */
export function rekeyed(path: string, columns: readonly string[], tag: HubIdColumns): string {
  const joins = columns.map((column, nth) => `left join renamed r${nth} on r${nth}.old = t.${quoted(column)}`)
  const replaced = columns.map((column, nth) => `r${nth}.new as ${quoted(column)}`)
  const order = tag.order.map((one) => one.replace(/^\w+/, quoted))
  return `select * from (
    select t.* replace (${replaced.join(', ')}) from ${fileOf(path)} t ${joins.join(' ')}
  ) order by ${order.join(', ')}`
}

export interface Proof {
  readonly rows: number
  /** Ids that stand in the tagged columns, each as often as it stands. */
  readonly ids: number
}

/**
 * Proves one file that was re-keyed: as many rows; in each tagged column as many ids, as many different ones, and each
 * of them joins what its table joined before.
 * @throws identity/rotation-incomplete
 */
export async function proveFile(
  engine: DuckDb,
  before: string,
  after: string,
  columns: readonly string[],
  name: string,
): Promise<Proof> {
  const had = await count(engine, `select count(*) as n from ${fileOf(before)}`)
  const rows = await count(engine, `select count(*) as n from ${fileOf(after)}`)
  let ids = 0
  for (const column of columns) {
    const was = await countIds(engine, before, column, 'old')
    const is = await countIds(engine, after, column, 'new')
    if (
      was.held !== is.held ||
      was.distinct !== is.distinct ||
      was.joined !== is.joined ||
      is.joined !== is.held
    )
      throw incomplete(name, column)
    ids += is.held
  }
  if (had !== rows) throw incomplete(name, 'its rows')
  return { rows, ids }
}

async function countIds(engine: DuckDb, path: string, column: string, side: 'old' | 'new') {
  const c = `t.${quoted(column)}`
  const [row] = await engine.rows<{ held: bigint; one: bigint; joined: bigint }>(
    // Different ids are counted by their place in the list, which is a number: where all of them join, it is the same count.
    `select count(${c}) as held, count(distinct r.rowid) as one, count(r.${side}) as joined
     from ${fileOf(path)} t left join renamed r on r.${side} = ${c}`,
  )
  return { held: Number(row?.held), distinct: Number(row?.one), joined: Number(row?.joined) }
}

const incomplete = (name: string, column: string): ChainonError =>
  new ChainonError('identity/rotation-incomplete', `${name}: under new ids ${column} is not what it was`, {
    advice: 'Nothing was changed: the tables under the old ids stand. Run `chainon keys rotate` again.',
  })
