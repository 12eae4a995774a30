import type { Frequency } from '../comparisons/model.ts'
import { double, left, right } from '../comparisons/words.ts'

/** The column that tells how rare the value of a feature is: -log2 of its share of all values. */
export const rarityOf = (feature: string): string => `${feature} (rarity)`

/**
 * What agreement on a value adds to the weight of its level because the value is rarer, or less rare, than the level's
 * u: `weight × log2(u / max(share left, share right, least))`, as Splink has it.
 */
export function correction({ feature, weight, least, exactU, same }: Frequency, levelU: number): string {
  const [l, r] = [left(rarityOf(feature)), right(rarityOf(feature))]
  if (same) return `${double(weight)} * (${double(Math.log2(exactU ?? levelU))} + ${l})`
  const rarest = least > 0 ? `, ${double(-Math.log2(least))}` : ''
  const rarity = `least(coalesce(${l}, ${r}), coalesce(${r}, ${l})${rarest})`
  return `coalesce(${double(weight)} * (${double(Math.log2(exactU ?? levelU))} + ${rarity}), 0e0)`
}
