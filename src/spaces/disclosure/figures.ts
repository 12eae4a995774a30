import type { Figures } from '../output-model.ts'
import type { DisclosureProfile } from './profile.ts'

/**
 * The figures of a shown cell that its persons can bear: a quantile has the threshold's persons on each side of
 * it (22 for a median, 44 for a quartile); a time on a curve lies within the steps that are shown.
 */
export function supportedFigures(
  figures: Figures | undefined,
  n: number,
  profile: DisclosureProfile,
  lastTime = Number.POSITIVE_INFINITY,
): Figures {
  const supported = ([name, value]: readonly [string, number | null]): number | null => {
    const side = name.startsWith('median') ? 2 : /^p(25|75)/.test(name) ? 4 : undefined
    if (side === undefined || value === null) return value
    // All its digits would be the day of one person.
    return n >= side * profile.threshold && value <= lastTime ? Number(value.toFixed(2)) : null
  }
  return Object.fromEntries(
    Object.entries(figures ?? {}).map((entry) => [entry[0], supported(entry)] as const),
  )
}
