import { resolve } from 'node:path'
import { canonicalJson, sha256 } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import { levelsOf } from '../comparisons/model.ts'
import { double } from '../comparisons/words.ts'
import type { Linked } from '../link-records.ts'
import type { LinkageModel } from '../model.ts'
import { raritiesOf, sidesOf } from '../pairs/patterns.ts'
import { RECORDS } from '../records/prepare.ts'
import type { KnownSource } from '../records/known.ts'
import type { Source } from '../records/receive.ts'
import { SCORED } from '../score/edges.ts'
import { priorOdds, weightSql, weightsOf } from '../score/weights.ts'
import { oddsToProbability } from '../train/em.ts'
import type { Sample, SampledPair } from './sample.ts'
import { boundsAround, readingOrder, type Stratum } from './strata.ts'

/** Pairs that are drawn: two readers read so many in a day. */
const MOST = 300
/** After so many drawn pairs comes the weakest link of a cluster. */
const BETWEEN = 5

/**
 * Draws the clerical sample: pairs by strata of weight around the threshold, within a stratum by chance that the seed
 * repeats, and among them the weakest links of clusters that would fall apart first.
 * @param bridges numbers of those clusters, weakest first; a table `clustered` holds `rid` and `cluster`
 */
export async function drawSample(
  engine: DuckDb,
  sources: readonly KnownSource[],
  model: LinkageModel,
  linked: Linked,
  bridges: readonly number[],
): Promise<Sample> {
  const threshold = model.threshold ?? 0
  const seed = model.training?.seed ?? 'chainon'
  const bounds = boundsAround(threshold, LEAST_KEPT)
  const stratum = `case ${bounds
    .map(({ to }, at) => (to === null ? `else ${at}` : `when weight < ${to} then ${at}`))
    .join(' ')} end`
  const counted = await engine.rows<{ stratum: number; pairs: bigint }>(
    `select ${stratum} as stratum, count(*) as pairs from ${SCORED} group by 1`,
  )
  const strata = bounds.map(({ from, to }, at) => ({
    pairs: Number(counted.find((one) => one.stratum === at)?.pairs ?? 0),
    matches: oddsToProbability(to === null ? from : (from + to) / 2),
    above: from >= threshold,
  }))
  const order = readingOrder(strata, MOST)
  const wanted = strata.map((_, at) => order.filter((one) => one === at).length)
  const byChance = `xor(hash(rid_l, rid_r), ${BigInt(`0x${sha256(seed).slice(0, 16)}`)}::ubigint)`
  const drawn = await pairsOf(
    engine,
    linked,
    `select p.*, stratum, nth from (
       select *, row_number() over (partition by stratum order by h, rid_l, rid_r) as nth from (
         select *, ${stratum} as stratum, ${byChance} as h from ${SCORED} where ${enough(bounds, strata, wanted, byChance)}) as c) as p
     where case stratum ${wanted.map((n, at) => `when ${at} then nth <= ${n}`).join(' ')} end
     order by stratum, nth`,
  )
  const weakest =
    bridges.length === 0
      ? []
      : await pairsOf(
          engine,
          linked,
          `select s.*, null::integer as stratum, row_number() over (order by s.weight, s.rid_l, s.rid_r) as nth from ${SCORED} as s
           join clustered as cl on cl.rid = s.rid_l join clustered as cr on cr.rid = s.rid_r
           where cl.cluster in (${bridges.join(', ')}) and cr.cluster = cl.cluster
           qualify row_number() over (partition by cl.cluster order by s.weight, s.rid_l, s.rid_r) = 1`,
        )
  const naming = (rows: readonly Row[]): SampledPair[] => rows.map((row) => told(row, sources, linked))
  const byStratum = strata.map((_, at) => naming(drawn.filter((one) => one.stratum === at)))
  const pairs = mixed(
    order.flatMap((at) => byStratum[at]?.shift() ?? []),
    naming(weakest),
  )
  const of = {
    seed,
    threshold,
    prior: priorOdds(linked.trained),
    id: model.id,
    sources: sources.map(({ name, path, sha256: bytes }) => ({ name, path: resolve(path), sha256: bytes })),
    comparisons: linked.comparisons.map(({ name, columns }) => ({ name, columns: [...columns] })),
    strata: bounds.map((one, at) => ({ ...one, pairs: strata[at]?.pairs ?? 0 })),
    pairs,
  }
  return { review: 1, sample: sha256(canonicalJson(of)).slice(0, 12), ...of }
}

/** Of a stratum with more pairs than this for each that is wanted, those whose number is small are enough. */
const MANY = 200

/**
 * A condition that leaves enough pairs of every stratum, and not all of millions, to be put in order: all of small strata,
 * and of large ones those whose number by chance is small.
 */
function enough(
  bounds: readonly Omit<Stratum, 'pairs'>[],
  strata: readonly { readonly pairs: number }[],
  wanted: readonly number[],
  byChance: string,
): string {
  const isLarge = strata.map(({ pairs }, at) => pairs > MANY * (2 * (wanted[at] as number) + 40))
  const small = bounds.flatMap(({ from, to }, at) =>
    isLarge[at] || wanted[at] === 0
      ? []
      : [`weight >= ${double(from)}${to === null ? '' : ` and weight < ${double(to)}`}`],
  )
  const share = `${byChance} < ${2n ** 64n / BigInt(MANY)}::ubigint`
  return [...(isLarge.includes(true) ? [share] : []), ...small].join(' or ') || 'false'
}

/** How many pairs of each stratum a sample holds. */
export const drawnByStratum = ({
  strata,
  pairs,
}: Sample): readonly (Sample['strata'][number] & { readonly drawn: number })[] =>
  strata.map((one, at) => ({ ...one, drawn: pairs.filter(({ stratum }) => stratum === at).length }))

/** The weak links among the drawn pairs, each at a place of its own; a pair that is both is a drawn one. */
function mixed(drawn: readonly SampledPair[], weak: readonly SampledPair[]): SampledPair[] {
  const key = ({ left, right }: SampledPair): string => canonicalJson([left, right])
  const known = new Set(drawn.map(key))
  const rest = weak.filter((one) => !known.has(key(one)))
  return [
    ...drawn.flatMap((one, at) => {
      const next = (at + 1) % BETWEEN === 0 ? rest.shift() : undefined
      return next ? [one, next] : [one]
    }),
    ...rest,
  ]
}

type Row = Readonly<Record<string, number | string | bigint | null>>

/** Pairs of a query with their ids, and what each comparison adds to the weight. */
async function pairsOf(engine: DuckDb, { comparisons, trained }: Linked, query: string): Promise<Row[]> {
  const weights = weightsOf(trained)
  const rarities = sidesOf(comparisons.flatMap(raritiesOf))
  const adds = comparisons.map(
    (one, at) => `${weightSql(one, `g${at}`, weights[at] as number[], trained.u[at] as number[])} as a${at}`,
  )
  return engine.rows<Row>(
    `select *, ${adds.join(', ')} from (
       select p.*, l.source as source_l, l.id as id_l, r.source as source_r, r.id as id_r
         ${rarities === '' ? '' : `, ${rarities}`}
       from (${query}) as p join ${RECORDS} as l on l.rid = p.rid_l join ${RECORDS} as r on r.rid = p.rid_r) as named
     order by stratum, nth`,
  )
}

function told(row: Row, sources: readonly Source[], { comparisons }: Linked): SampledPair {
  const record = (side: 'l' | 'r') => ({
    source: sources[Number(row[`source_${side}`])]?.name ?? '',
    id: String(row[`id_${side}`]),
  })
  return {
    left: record('l'),
    right: record('r'),
    weight: Number(row['weight']),
    levels: comparisons.map((one, at) => levelsOf(one)[Number(row[`g${at}`])]?.label ?? null),
    adds: comparisons.map((_, at) => Number(row[`a${at}`])),
    stratum: row['stratum'] === null ? null : Number(row['stratum']),
  }
}
