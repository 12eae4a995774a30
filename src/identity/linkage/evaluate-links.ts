import { bytesFor } from '../../base/index.ts'
import { hubId, idmrText, producerPseudonym } from '../pseudonyms.ts'

export interface LinkQuality {
  readonly links: number
  readonly correct: number
  /** Patients who are in both sources and may be linked. */
  readonly inBoth: number
  /** correct / links, and correct / inBoth; 1 of nothing. */
  readonly precision: number
  readonly recall: number
}

/** Compares links to the truth of an invented country: registry hub id → hub ids of the same person in the SNDS. */
export function evaluateLinks(
  links: readonly { readonly bndmr: string; readonly snds: string }[],
  truth: ReadonlyMap<string, ReadonlySet<string>>,
): LinkQuality {
  const correct = links.filter(({ bndmr, snds }) => truth.get(bndmr)?.has(snds)).length
  const share = (of: number): number => (of === 0 ? 1 : correct / of)
  return {
    links: links.length,
    correct,
    inBoth: truth.size,
    precision: share(links.length),
    recall: share(truth.size),
  }
}

/**
 * The truth of an invented country in the hub ids of a hub with that seed. Tests, benchmarks and the closing
 * balance of the demo alone have a truth to give.
 *
 * @param patients registry patients who are in the SNDS and object to nothing (person, IDMR)
 * @param identities rows of truth/snds_identity
 */
export function truePairs(
  seed: string,
  patients: readonly { readonly person: number; readonly idmr: string }[],
  identities: readonly {
    readonly person: number
    readonly psa: string
    readonly rng: number
    readonly nir_ano: string | null
  }[],
): Map<string, Set<string>> {
  const source = bytesFor(seed, 'source')
  const matcher = bytesFor(seed, 'matcher')
  const snds = new Map<number, Set<string>>()
  for (const { person, psa, rng, nir_ano } of identities) {
    const known = snds.get(person) ?? new Set()
    snds.set(person, known.add(hubId(matcher, nir_ano ?? `${psa}|${rng}`)))
  }
  return new Map(
    patients.flatMap(({ person, idmr }) => {
      const ids = snds.get(person)
      return ids ? [[hubId(matcher, producerPseudonym(source, idmrText(idmr))), ids] as const] : []
    }),
  )
}
