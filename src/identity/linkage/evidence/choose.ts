/** Best pairs counted by weight and margin, in bits. */
export interface Height {
  readonly weight: number
  readonly margin: number
  readonly links: number
  readonly decoys: number
}

export interface Choice {
  /** Bits. */
  readonly threshold: number
  readonly margin: number
  readonly links: number
  /** Decoys that would be linked at it. */
  readonly decoys: number
  /** Expected share of false links: by decoys, and by the weights themselves. */
  readonly byDecoys: number
  readonly byWeights: number
}

/** Share of false links that the choice may expect: half of the one in two hundred that links are held to. */
export const MOST_FALSE = 0.0025
/** No threshold or margin is higher, in bits. */
const HIGHEST = { threshold: 30, margin: 12 }

/**
 * False links that decoys foretell. A decoy is a patient whom the SNDS does not know; so many of them were linked of all that
 * were made. Of the patients that have no true link so large a share is linked falsely: F of those, with
 * F = r · (patients − links + F).
 */
export function falseByDecoys(
  decoys: number,
  made: number,
  { patients, links }: { readonly patients: number; readonly links: number },
): number {
  const rate = Math.min(0.99, decoys / Math.max(1, made))
  return (rate * Math.max(0, patients - links)) / (1 - rate)
}

/**
 * The threshold and margin that link most while no more than `MOST_FALSE` of links are expected to be false, by decoys and by
 * the weights; of those that link equally many the higher. When none is so good, the best.
 * @param made patients who may be linked, and decoys that were made after some of them
 * @param absent share of the patients that are expected to be nobody of the SNDS, or not among the candidates
 */
export function choose(
  heights: readonly Height[],
  { patients, decoys: made }: { readonly patients: number; readonly decoys: number },
  absent: number,
): Choice {
  const nobody = Math.log2(Math.max(absent, 1 / Math.max(1, patients)))
  const choices: Choice[] = []
  // What is linked is at least as probable as not: better than nobody, and better than the next.
  for (let threshold = Math.ceil(nobody); threshold <= HIGHEST.threshold; threshold += 1)
    for (let margin = 1; margin <= HIGHEST.margin; margin += 1) {
      let links = 0
      let decoys = 0
      let wrong = 0
      for (const height of heights) {
        if (height.weight < threshold || height.margin < margin) continue
        links += height.links
        decoys += height.decoys
        // A patient has one true person at most: against this one stand that there is none, and the next best. A bit is
        // rounded down, so that half of one is missing.
        const against = 2 ** (nobody - height.weight - 0.5) + 2 ** -(height.margin + 0.5)
        wrong += (height.links * against) / (1 + against)
      }
      choices.push({
        threshold,
        margin,
        links,
        decoys,
        byDecoys: links === 0 ? 0 : falseByDecoys(decoys, made, { patients, links }) / links,
        byWeights: links === 0 ? 0 : wrong / links,
      })
    }
  const expected = ({ byDecoys, byWeights }: Choice): number => Math.max(byDecoys, byWeights)
  const good = choices.filter((choice) => choice.links > 0 && expected(choice) <= MOST_FALSE)
  const better = (a: Choice, b: Choice): number =>
    b.links - a.links || b.threshold - a.threshold || b.margin - a.margin
  if (good.length > 0) return good.sort(better)[0] as Choice
  const some = choices.filter(({ links }) => links > 0)
  return (some.length > 0 ? some : choices).sort(
    (a, b) => expected(a) - expected(b) || better(a, b),
  )[0] as Choice
}
