import type { DuckDb } from '../../engine/index.ts'
import type { LinkageModel } from '../model.ts'
import type { Across } from '../pairs/across.ts'
import { pairsOfRule } from '../pairs/blocking.ts'
import { countOf } from '../pairs/count.ts'

/**
 * How probable it is that two records drawn by chance match: pairs on which deterministic rules are certain, over the
 * share of all matches that those find, over all pairs. Without rules a guess, which training corrects from clusters.
 * @param certain conditions of the rules
 */
export async function priorOf(
  engine: DuckDb,
  model: LinkageModel,
  certain: readonly string[],
  across: Across,
  { possible, tables }: { readonly possible: number; readonly tables: number },
): Promise<number> {
  if (model.trained) return model.trained.prior
  if (model.prior && 'probability' in model.prior) return model.prior.probability
  if (!model.prior) return Math.min(0.5, 1 / Math.sqrt(Math.max(4, possible)))
  const [first] = certain
  let found = first === undefined ? 0 : (await countOf(engine, first, across, tables)).pairs
  // Of the pairs of the others those that no earlier one has.
  for (let at = 1; at < certain.length; at++) {
    const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n ${pairsOfRule(certain, at, across)}`)
    found += Number(row?.n ?? 0)
  }
  return Math.min(0.5, Math.max(1, found) / model.prior.recall / Math.max(1, possible))
}
