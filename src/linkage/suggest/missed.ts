import { repeatedChance } from '../../base/index.ts'
import { type Agreement, found, hits } from './cover.ts'

const DRAWS = 100_000

/**
 * The matches that rules have found, and those that none of them can have found, without the truth. What matches agree on
 * in one column is told from the matches that a rule without that column found: if columns err independently of each
 * other, it is the same among those that no rule found (the reasoning of capture and recapture, with columns as occasions). So
 * many matches are drawn; the share of them that the rules would miss says how many were missed, and what those agree on.
 * Where errors come together more are missed than this says; those that clusters brought together are counted for sure.
 * @param seen matches by what they agree on, also such as no rule found
 * @param rules that found them
 * @param columns atoms of each column
 */
export function withMissed(
  seen: readonly Agreement[],
  rules: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
): readonly Agreement[] {
  if (rules.length === 0) return seen
  const random = repeatedChance(20_260_101)
  const draw = columns.map((atoms) => {
    const without = rules.filter((rule) => !rule.some((atom) => atoms.includes(atom)))
    const shares = new Map<number, number>()
    for (const { mask, matches } of seen) {
      if (!without.some((rule) => hits(rule, mask))) continue
      const of = atoms.reduce((sum, atom) => sum + (hits([atom], mask) ? 2 ** atom : 0), 0)
      shares.set(of, (shares.get(of) ?? 0) + matches)
    }
    const total = [...shares.values()].reduce((a, b) => a + b, 0)
    const list = [...shares].sort(([, a], [, b]) => b - a)
    return (): number => {
      let at = random() * total
      for (const [mask, matches] of list) if ((at -= matches) < 0) return mask
      return list[0]?.[0] ?? 0
    }
  })
  const missed = new Map<number, number>()
  let count = 0
  for (let i = 0; i < DRAWS; i++) {
    const mask = draw.reduce((sum, one) => sum + one(), 0)
    if (rules.some((rule) => hits(rule, mask))) continue
    missed.set(mask, (missed.get(mask) ?? 0) + 1)
    count++
  }
  if (count === 0 || count === DRAWS) return seen
  const byRules = found(rules, seen)
  const beside = seen.reduce((sum, { matches }) => sum + matches, 0) - byRules
  const unseen = Math.max(0, (byRules * count) / (DRAWS - count) - beside)
  return [...seen, ...[...missed].map(([mask, n]) => ({ mask, matches: (unseen * n) / count }))]
}
