import type { DuckDb } from '../../engine/index.ts'
import { shared } from '../cluster/model.ts'
import { linkRecords } from '../link-records.ts'
import type { LinkageModel } from '../model.ts'
import { type Across, acrossOf, leftOutSql } from '../pairs/across.ts'
import { receive, type Source } from '../records/receive.ts'
import { SCORED } from '../score/edges.ts'
import { ATOMS, type Atom, atomsOf, numberAtoms } from './atoms.ts'
import { type Agreement, type Candidate, chooseRules, found } from './cover.ts'
import { withMissed } from './missed.ts'
import type { ColumnProfile } from './profile.ts'

/** Rules under a budget of pairs, and the share of the matches that each is thought to find. */
export interface FoundRules {
  readonly budget: number
  readonly rules: readonly {
    readonly rule: readonly string[]
    /** Pairs that agree on it, those that agree on another rule too. */
    readonly pairs: number
    /** Of all matches, those that it finds. */
    readonly recall: number
    /** Of all matches, those that it and the rules before it find. */
    readonly together: number
  }[]
  readonly pairs: number
  readonly recall: number
}

const MOST_RULES = 16
/** Columns of one rule. */
const DEEPEST = 3
/** A match that is not in a cluster counts from this probability on. */
const SURE = Math.log2(0.95 / 0.05)
/** Beyond so many records, values that stand for a part of them are counted. */
const COUNTED = 250_000
/** Rules that are counted, at most. */
const MOST_COUNTED = 1500

/**
 * Looks for blocking rules: combinations of columns and of parts of them whose pairs fit the budget and find most matches.
 * Which pairs match is told by a first linkage with `model`, whose own rules should find much; what those miss is estimated.
 */
export async function searchRules(
  engine: DuckDb,
  sources: readonly Source[],
  model: LinkageModel,
  columns: readonly ColumnProfile[],
  budget: number,
): Promise<FoundRules> {
  const large = columns.some(({ rows }) => rows > COUNTED)
  const first: LinkageModel = { ...model, training: { ...model.training, rounds: large ? 0 : 1 } }
  const linked = await linkRecords(engine, sources, first)
  const { table } = await receive(engine, sources, model.columns)
  const atoms = atomsOf(columns)
  await numberAtoms(engine, table, model.id, atoms)
  const seen = await agreements(engine, atoms, linked.clusters)
  const pilot = model.blocking === 'all' ? [] : model.blocking.map((rule) => asAtoms(rule, atoms))
  const byColumn = [...new Set(atoms.map(({ column }) => column))].map((column) =>
    atoms.flatMap((atom, at) => (atom.column === column ? [at] : [])),
  )
  const all = withMissed(
    seen,
    pilot.filter((rule) => rule !== undefined),
    byColumn,
  )
  const across = acrossOf(model, sources)
  const candidates = await candidatesOf(engine, atoms, across, budget)
  const chosen = chooseRules(candidates, all, budget, MOST_RULES)
  await engine.run(`drop table ${ATOMS}; drop table ${table}`)
  return told(chosen, atoms, all, budget)
}

function told(
  chosen: readonly Candidate[],
  atoms: readonly Atom[],
  all: readonly Agreement[],
  budget: number,
): FoundRules {
  const total = Math.max(
    1,
    all.reduce((sum, { matches }) => sum + matches, 0),
  )
  const recall = (rules: readonly Candidate[]): number =>
    found(
      rules.map((one) => one.atoms),
      all,
    ) / total
  return {
    budget,
    rules: chosen.map((one, at) => ({
      rule: one.atoms.map((atom) => (atoms[atom] as Atom).sql),
      pairs: one.pairs,
      recall: recall([one]),
      together: recall(chosen.slice(0, at + 1)),
    })),
    pairs: chosen.reduce((sum, { pairs }) => sum + pairs, 0),
    recall: recall(chosen),
  }
}

/** A rule of whole columns by its atoms; undefined for what is no atom. */
function asAtoms(rule: LinkageModel['blocking'][number], atoms: readonly Atom[]): number[] | undefined {
  if (!Array.isArray(rule)) return undefined
  const parts = rule.map((part: string) =>
    atoms.findIndex(({ sql, column }) => sql === part || column === part),
  )
  return parts.includes(-1) ? undefined : parts
}

/** What the pairs that are taken to match agree on: those in one cluster, and others that surely are a match. */
async function agreements(
  engine: DuckDb,
  atoms: readonly Atom[],
  clusters: Int32Array,
): Promise<readonly Agreement[]> {
  await engine.loadIntegers('clustered', shared(clusters))
  const bits = atoms.map((_, at) => `case when l.a${at} = r.a${at} then ${2 ** at}::bigint else 0 end`)
  const rows = await engine.rows<{ mask: bigint; matches: number }>(`
    select mask, sum(p) as matches from (
      select ${bits.join(' + ')} as mask,
        case when cl.cluster = cr.cluster then 1e0 else 1 / (1 + pow(2, -s.weight)) end as p
      from ${SCORED} as s join ${ATOMS} as l on l.rid = s.rid_l join ${ATOMS} as r on r.rid = s.rid_r
      left join clustered as cl on cl.rid = s.rid_l left join clustered as cr on cr.rid = s.rid_r
      where cl.cluster = cr.cluster or s.weight >= ${SURE}
    ) as told group by mask order by mask`)
  await engine.run('drop table clustered')
  return rows.map(({ mask, matches }) => ({ mask: Number(mask), matches }))
}

/** Rules that fit the budget. A rule whose pairs are many is tried with a further column, too. */
async function candidatesOf(
  engine: DuckDb,
  atoms: readonly Atom[],
  across: Across,
  budget: number,
): Promise<readonly Candidate[]> {
  const [size] = await engine.rows<{ n: bigint }>(`select count(*) as n from ${ATOMS}`)
  const parts = Math.max(1, Math.round(Number(size?.n ?? 0) / COUNTED))
  const candidates: Candidate[] = []
  let counted = 0
  let rules: (readonly number[])[] = atoms.map((_, at) => [at])
  for (let depth = 1; depth <= DEEPEST && rules.length > 0; depth++) {
    const costly: (readonly number[])[] = []
    for (const rule of rules) {
      if (counted++ >= MOST_COUNTED) break
      const pairs = await pairsOf(engine, rule, across, parts)
      if (pairs > 0 && pairs <= budget) candidates.push({ atoms: rule, pairs })
      if (pairs > budget / (depth === 1 ? 50 : 4)) costly.push(rule)
    }
    const next = costly.flatMap((rule) =>
      atoms.flatMap(({ column }, at) =>
        at > (rule.at(-1) as number) && !rule.some((one) => atoms[one]?.column === column)
          ? [[...rule, at]]
          : [],
      ),
    )
    rules = next
  }
  return candidates
}

/** @param parts of all values, one part is counted */
async function pairsOf(
  engine: DuckDb,
  rule: readonly number[],
  across: Across,
  parts: number,
): Promise<number> {
  const names = rule.map((at) => `a${at}`)
  const there = names.map((name) => `${name} is not null`).join(' and ')
  const [row] = await engine.rows<{ pairs: number | null }>(`
    with groups as (
      select hash(${names.join(', ')}) as k, source, cast(count(*) as double) as n from ${ATOMS}
      where ${there} ${parts > 1 ? `and hash(${names.join(', ')}) % ${parts} = 0` : ''} group by k, source
    ), whole as (select sum(n) as n, ${leftOutSql(across)} as left_out from groups group by k)
    select sum(n * (n - 1) / 2 - left_out) as pairs from whole`)
  return Math.round((row?.pairs ?? 0) * parts)
}
