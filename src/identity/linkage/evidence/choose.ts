/** Best pairs counted by how many registry days their patient has, weight and margin, in bits. */
export interface Height {
  readonly stratum: number
  readonly weight: number
  readonly margin: number
  readonly links: number
  readonly decoys: number
}

/** What is asked of pairs of patients with so many registry days. Bits. */
export interface Bar {
  readonly threshold: number
  readonly margin: number
}

export interface Choice {
  /** By stratum. */
  readonly bars: readonly Bar[]
  readonly links: number
  /** Decoys that would be linked at them. */
  readonly decoys: number
  /** Expected share of false links: by decoys, and by the weights themselves. */
  readonly byDecoys: number
  readonly byWeights: number
}

/** Patients with 0, 1, 2, and 3 or more registry days; decoys made after some of them; share that is nobody of the candidates. */
export interface Stratum {
  readonly patients: number
  readonly decoys: number
  readonly absent: number
}

/** Strata of patients: days beyond are one. */
export const MOST_DAYS = 3

/** Share of false links that the choice may expect where nobody says: half of the one in two hundred that links are held to. */
export const MOST_FALSE = 0.0025
/** No threshold or margin is higher, in bits. */
const HIGHEST = { threshold: 30, margin: 12 }

/**
 * False links that chance foretells, by how many of those it linked of whom it was asked: decoys, patients whom the SNDS does
 * not know, or duplicates. Of the patients that have no true link so large a share is linked falsely: F of those, with
 * F = r · (patients − links + F).
 */
export function falseByChance(
  linked: number,
  asked: number,
  { patients, links }: { readonly patients: number; readonly links: number },
): number {
  const rate = Math.min(0.99, linked / Math.max(1, asked))
  return (rate * Math.max(0, patients - links)) / (1 - rate)
}

interface Option extends Bar {
  readonly links: number
  readonly decoys: number
  readonly byDecoys: number
  readonly byWeights: number
}

/** All thresholds and margins of one stratum with what they would link. */
function optionsOf(heights: readonly Height[], { patients, decoys: made, absent }: Stratum): Option[] {
  const nobody = Math.log2(Math.max(absent, 1 / Math.max(1, patients)))
  const options: Option[] = []
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
      options.push({
        threshold,
        margin,
        links,
        decoys,
        byDecoys: falseByChance(decoys, made, { patients, links }),
        byWeights: wrong,
      })
    }
  return options
}

/**
 * Thresholds and margins that link most while no more than a share of all links are expected to be false, by decoys and by
 * the weights; of those that link equally many the higher. When none are so good, the best.
 *
 * Each number of registry days has its own: patients without a link are mostly those with few days, and chance is to them
 * what it is to decoys with as few, not to decoys in general. All strata pay the same for a false link, so that
 * none could link more for as many false ones elsewhere.
 */
export function choose(
  heights: readonly Height[],
  strata: readonly Stratum[],
  mostFalse = MOST_FALSE,
): Choice {
  const options = strata.map((stratum, at) =>
    optionsOf(
      heights.filter((height) => height.stratum === at),
      stratum,
    ),
  )
  const expected = ({ byDecoys, byWeights }: { byDecoys: number; byWeights: number }): number =>
    Math.max(byDecoys, byWeights)
  const choiceAt = (price: number): Choice => {
    const best = options.map((all) =>
      all.reduce((a, b) => {
        const more = b.links - price * expected(b) - (a.links - price * expected(a))
        return more > 0 || (more === 0 && (b.threshold - a.threshold || b.margin - a.margin) > 0) ? b : a
      }),
    )
    const sum = (of: (option: Option) => number): number => best.reduce((total, one) => total + of(one), 0)
    const links = sum((one) => one.links)
    return {
      bars: best.map(({ threshold, margin }) => ({ threshold, margin })),
      links,
      decoys: sum((one) => one.decoys),
      byDecoys: links === 0 ? 0 : sum((one) => one.byDecoys) / links,
      byWeights: links === 0 ? 0 : sum((one) => one.byWeights) / links,
    }
  }
  // The lowest price of a false link, in true ones, at which few enough are left: prices rise by a tenth.
  const choices = Array.from({ length: 120 }, (_, at) => choiceAt(1.1 ** at))
  return (
    choices.find((choice) => choice.links > 0 && expected(choice) <= mostFalse) ??
    choices
      .filter(({ links }) => links > 0)
      .sort((a, b) => expected(a) - expected(b) || b.links - a.links)[0] ??
    (choices[choices.length - 1] as Choice)
  )
}
