import { surelyUnlike } from '../comparisons/letters.ts'
import { type Comparison, levelsOf } from '../comparisons/model.ts'
import { codeOf, left, quoted, right } from '../comparisons/words.ts'
import { rarityOf } from '../score/frequency.ts'

/** What of both sides of a pair `l`, `r` some texts read, under the names that they use. */
export function sidesOf(texts: readonly string[]): string {
  const read = new Set(texts.flatMap((text) => text.match(/"(?:[^"]|"")+_[lr]"/g) ?? []))
  return [...read].map((name) => `${name.at(-2)}.${name.slice(0, -3)}" as ${name}`).join(', ')
}

/** What of both sides the levels of comparisons read, and the rarities that go into their weights. */
export const bothSides = (comparisons: readonly Comparison[]): string =>
  sidesOf(comparisons.flatMap((one) => [...textsOf(one), ...raritiesOf(one)]))

/** Do comparisons read the code of a feature's value, so that records have it? */
export function codedIn(comparisons: readonly Comparison[]): (feature: string) => boolean {
  const read = bothSides(comparisons)
  return (feature) => read.includes(quoted(`${codeOf(feature)}_l`))
}

/** Names of the rarities that go into the weights of a comparison, of both sides. */
export const raritiesOf = (comparison: Comparison): readonly string[] =>
  levelsOf(comparison).flatMap(({ frequency }) => {
    if (!frequency) return []
    const rarity = rarityOf(frequency.feature)
    return frequency.same ? [left(rarity)] : [left(rarity), right(rarity)]
  })

const textsOf = (comparison: Comparison): readonly string[] => [
  comparison.unknownLate?.when ?? '',
  ...cheapTextsOf(comparison),
  comparison.measure ?? '',
  ...comparison.levels.map(({ when }) => (typeof when === 'string' ? when : when(''))),
]

/** What is read to tell the levels that need no measure. */
const cheapTextsOf = (comparison: Comparison): readonly string[] => [
  comparison.unknown,
  comparison.unknownLate?.perhaps ?? '',
  surelyNone(comparison) ?? '',
  ...comparison.levels.slice(0, cheapLevels(comparison)).map(({ when }) => when as string),
]

/** Cheap, and only true of pairs that have none of the levels. */
export const surelyNone = (comparison: Comparison): string | undefined =>
  comparison.surelyNone && surelyUnlike(comparison.surelyNone)

/** How many levels of a comparison, from the first, can be told without its measure. */
export const cheapLevels = (comparison: Comparison): number => {
  const first = comparison.levels.findIndex(({ when }) => typeof when !== 'string')
  return first === -1 ? comparison.levels.length : first
}

export const needsMeasure = (comparison: Comparison): boolean =>
  cheapLevels(comparison) < comparison.levels.length || comparison.unknownLate !== undefined

/** The branch of a pair of which only later can be said whether anything can be said. */
export const lateIsNull = ({ unknownLate }: Comparison): string =>
  unknownLate ? `when ${unknownLate.perhaps} then null` : ''

/** The level of a pair as far as it can be told without the measure; null where it cannot. */
export function cheapLevel(comparison: Comparison): string {
  const n = cheapLevels(comparison)
  const branches = comparison.levels
    .slice(0, n)
    .map(({ when }, at) => `when ${when as string} then ${at}`)
    .join(' ')
  const otherwise = needsMeasure(comparison) ? 'null' : String(comparison.levels.length)
  const unlike = surelyNone(comparison)
  const none = unlike ? `when ${unlike} then ${comparison.levels.length}` : ''
  return `case when ${comparison.unknown} then -1 ${lateIsNull(comparison)} ${branches} ${none} else ${otherwise} end`
}

/** The level of a pair whose cheap level is null. */
export function measuredLevel(comparison: Comparison, measure: string): string {
  const branches = comparison.levels
    .slice(cheapLevels(comparison))
    .map(({ when }, at) => {
      const holds = typeof when === 'string' ? when : when(measure)
      return `when ${holds} then ${at + cheapLevels(comparison)}`
    })
    .join(' ')
  const late = comparison.unknownLate
  const unknown = late ? `when ${late.when} then -1` : ''
  return `case ${unknown} ${branches} else ${comparison.levels.length} end`
}

/**
 * Levels of every pair of a FROM, as columns `g0`, `g1`, …, beside other columns of it.
 * @param cheaply a condition over the levels that need no measure, `c0`, `c1`, …, each null where it takes one. Pairs of
 *   which it is not true are left out, and nothing is measured of them
 */
export function patternsOf(
  comparisons: readonly Comparison[],
  from: string,
  beside: string,
  cheaply = '',
): string {
  const cheap = comparisons.map((one, at) => `${cheapLevel(one)} as c${at}`)
  const measures = comparisons.flatMap((one, at) =>
    one.measure === undefined ? [] : [`case when c${at} is null then ${one.measure} end as m${at}`],
  )
  const levels = comparisons.map((one, at) =>
    needsMeasure(one) ? `coalesce(c${at}, ${measuredLevel(one, `m${at}`)}) as g${at}` : `c${at} as g${at}`,
  )
  const kept = beside === '' ? '' : `${beside}, `
  return `select ${kept}${levels.join(', ')} from (
    select *${measures.length === 0 ? '' : `, ${measures.join(', ')}`} from (
      select *, ${cheap.join(', ')} from (${from}) as sides) as cheap ${cheaply && `where ${cheaply}`}) as measured`
}
