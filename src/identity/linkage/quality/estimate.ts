import { falseByChance } from '../evidence/choose.ts'
import { poissonInterval, predictCount, predictShare } from './predict.ts'

export const ESTIMATORS = ['nir', 'decoys', 'duplicates', 'controls'] as const

/** The share of links that are false, as one method sees it: with its 95 % interval; null where it has nothing to see. */
export interface FalseMatches {
  readonly estimator: (typeof ESTIMATORS)[number]
  readonly rate: number | null
  readonly low: number | null
  readonly high: number | null
}

/** Patients who may be linked, and links of the indirect stage. */
export interface Stage {
  readonly patients: number
  readonly links: number
}

const told = (
  estimator: FalseMatches['estimator'],
  { links }: Stage,
  expected: number,
  [low, high]: readonly [number, number],
): FalseMatches => ({
  estimator,
  rate: Math.min(1, expected / links),
  low: Math.min(1, low / links),
  high: Math.min(1, high / links),
})

const nothing = (estimator: FalseMatches['estimator']): FalseMatches => ({
  estimator,
  rate: null,
  low: null,
  high: null,
})

/**
 * By the NIR: where the registry and the SNDS both know it, the link is right or wrong. The rest of the links is taken to be
 * alike, which it is not quite: the NIR is known of patients who are seen more.
 */
export function byNir(stage: Stage, known: { readonly links: number; readonly wrong: number }): FalseMatches {
  if (stage.links === 0 || known.links === 0) return nothing('nir')
  const others = Math.max(0, stage.links - known.links)
  const [low, high] = predictShare(known.wrong, known.links, others)
  return told('nir', stage, (known.wrong * stage.links) / known.links, [
    known.wrong + low,
    known.wrong + high,
  ])
}

/** Patients who have no true link, of whom alone a false one can be: those not linked, and the false. */
const atRisk = ({ patients, links }: Stage, wrong: number): number => Math.max(1, patients - links + wrong)

/**
 * By decoys: patients who do not exist are linked as often as patients with as many registry days whom the SNDS does not
 * know. `wrong` is what that foretells, summed over numbers of days; where it is not given, all are taken together.
 */
export function byDecoys(
  stage: Stage,
  decoys: { readonly made: number; readonly linked: number; readonly wrong?: number },
): FalseMatches {
  if (stage.links === 0 || decoys.made === 0) return nothing('decoys')
  const wrong = decoys.wrong ?? falseByChance(decoys.linked, decoys.made, stage)
  // As many decoys as the patients at risk are worth.
  const ahead = decoys.linked > 0 ? (wrong * decoys.made) / decoys.linked : atRisk(stage, wrong)
  return told('decoys', stage, wrong, predictCount(decoys.linked, decoys.made, ahead, stage.links))
}

/** Patients with so many registry days: those who could be linked, and those who could be to a second person, were it not for the first. */
export interface Linkable extends Stage {
  readonly linkable: number
  readonly duplicates: number
}

/**
 * By duplicates (Blakely and Salmond, 2002): a patient has one true person at most, so that whom a patient could be
 * linked to besides one is false. So often is one falsely linked who has no true person, and as many registry days. Few
 * days link few, and two or three duplicates among them say little: the rate of all stands beside theirs with the worth of
 * one duplicate.
 */
export function byDuplicates(stage: Stage, strata: readonly Linkable[]): FalseMatches {
  if (stage.links === 0) return nothing('duplicates')
  const sum = (of: (one: Linkable) => number): number => strata.reduce((total, one) => total + of(one), 0)
  const [found, among] = [sum(({ duplicates }) => duplicates), sum(({ linkable }) => linkable)]
  if (found === 0) return told('duplicates', stage, 0, predictCount(0, among, atRisk(stage, 0), stage.links))
  const wrong = sum((one) => falseByChance(one.duplicates + 1, one.linkable + among / found, one))
  // As many patients who could be linked as those at risk are worth.
  return told('duplicates', stage, wrong, predictCount(found, among, (wrong * among) / found, stage.links))
}

/** Links in which something impossible could show: how many do show it, and how many would if all links were false. */
export interface Control {
  readonly contradicted: number
  /** Sum over the links of the probability that a person drawn by chance contradicts. */
  readonly byChance: number
  /** The same among links beyond doubt: what errors of the sources contradict without a false link. */
  readonly surelyContradicted: number
  readonly surelyByChance: number
}

/** By negative controls: care after the registry's day of death, care of the other sex. */
export function byControls(stage: Stage, controls: readonly Control[]): FalseMatches {
  const sum = (of: keyof Control): number => controls.reduce((total, one) => total + one[of], 0)
  const chance = sum('byChance')
  if (stage.links === 0 || chance < 1) return nothing('controls')
  // Errors of the registry contradict sure links, too: their share is not the linkage's, and it is not known exactly.
  const surely = sum('surelyByChance')
  const errors = (contradicted: number): number => (surely === 0 ? 0 : Math.min(1, contradicted / surely))
  const share = (contradicted: number, error: number): number =>
    Math.min(1, Math.max(0, contradicted / chance - error) / Math.max(0.01, 1 - error))
  const sure = sum('surelyContradicted')
  const [low, high] = poissonInterval(sum('contradicted'))
  const [fewest, most] = poissonInterval(sure)
  return {
    estimator: 'controls',
    rate: share(sum('contradicted'), errors(sure)),
    low: share(low, errors(most)),
    high: share(high, errors(fewest)),
  }
}
