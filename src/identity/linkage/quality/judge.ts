import type { Plan } from '../../../engine/index.ts'
import type { Encounters } from '../evidence/encounters.ts'
import type { Weighed } from '../evidence/weigh.ts'
import type { Sides } from '../sides.ts'
import {
  byControls,
  byDecoys,
  byDuplicates,
  type Control,
  type FalseMatches,
  type Linkable,
} from './estimate.ts'
import {
  careAfterDeathOf,
  careOfOneSexOf,
  careOfOtherSexOf,
  countCareOf,
  duplicatesOf,
  lastCareOf,
  type NearByChance,
  nearByChanceOf,
} from './judge-steps.ts'

/** What the linkage sees of its own false links without the NIR: by decoys, duplicates and negative controls. */
export async function judge(
  plan: Plan,
  both: Sides,
  { links, linked, choice, population, best, scored, encounters, decoys, nearDecoys, strata }: Weighed,
): Promise<readonly FalseMatches[]> {
  const near = nearByChanceOf(nearDecoys)
  const stage = { patients: population.patients, links: linked }
  const duplicates = await plan.rows<Record<keyof Linkable | 'stratum', number | bigint>>(
    duplicatesOf(scored, links, strata, choice.bars),
  )
  return [
    byDecoys(stage, { made: decoys, linked: choice.decoys, wrong: choice.byDecoys * linked }),
    byDuplicates(
      stage,
      duplicates.map((one) => ({
        patients: Number(one.patients),
        links: Number(one.links),
        linkable: Number(one.linkable),
        duplicates: Number(one.duplicates),
      })),
    ),
    byControls(stage, [
      await afterDeath(plan, both, encounters, { links, best }, near),
      await otherSex(plan, both, encounters, { links, best }, near),
    ]),
  ]
}

type Links = Pick<Weighed, 'links' | 'best'>

async function afterDeath(
  plan: Plan,
  both: Sides,
  encounters: Encounters,
  { links, best }: Links,
  near: NearByChance,
): Promise<Control> {
  const rows = await plan.rows<{ death_date: string; sure: boolean; after: boolean; n: bigint }>(
    careAfterDeathOf(links, best, both, encounters),
  )
  const last = await plan.rows<{ entry: string | null; n: bigint }>(lastCareOf(near, encounters))
  const persons = last.reduce((sum, { n }) => sum + Number(n), 0)
  /** Share of those near by chance that came to hospital after the day that follows. */
  const chance = (date: string): number => {
    const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10)
    return (
      last.reduce((sum, { entry, n }) => sum + (entry !== null && entry > next ? Number(n) : 0), 0) /
      Math.max(1, persons)
    )
  }
  return controlOf(
    rows.map(({ death_date, sure, after, n }) => ({
      sure,
      contradicted: after,
      n: Number(n),
      chance: chance(death_date),
    })),
  )
}

async function otherSex(
  plan: Plan,
  both: Sides,
  encounters: Encounters,
  { links, best }: Links,
  near: NearByChance,
): Promise<Control> {
  const care = careOfOneSexOf(encounters)
  const rows = await plan.rows<{ sex: string; sure: boolean; contradicted: boolean; n: bigint }>(
    careOfOtherSexOf(links, best, both, care),
  )
  const [counted] = await plan.rows<{ persons: bigint; men: bigint; women: bigint }>(countCareOf(near, care))
  const share = (sex: string): number =>
    Number((sex === '1' ? counted?.women : counted?.men) ?? 0) / Math.max(1, Number(counted?.persons ?? 0))
  return controlOf(
    rows.map(({ sex, sure, contradicted, n }) => ({ sure, contradicted, n: Number(n), chance: share(sex) })),
  )
}

function controlOf(
  rows: readonly { sure: boolean; contradicted: boolean; n: number; chance: number }[],
): Control {
  const sum = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + of(row), 0)
  return {
    contradicted: sum(({ contradicted, n }) => (contradicted ? n : 0)),
    byChance: sum(({ n, chance }) => n * chance),
    surelyContradicted: sum(({ contradicted, n, sure }) => (contradicted && sure ? n : 0)),
    surelyByChance: sum(({ n, chance, sure }) => (sure ? n * chance : 0)),
  }
}
