import { birthDays, nirSex, readNir } from '../nir.ts'
import { idmrText, nirText, producerPseudonym, psaText } from '../pseudonyms.ts'

/** One level-1 pseudonym under which a person who objects may be known. */
export interface Objecting {
  /** idmr: a patient of the registry; own: a person's NIR; insured: a PSA under the person's own NIR; child: a PSA under a parent's. */
  readonly form: 'idmr' | 'own' | 'insured' | 'child'
  readonly level1: string
  /** Of `insured`: the person's own NIR, so that somebody else under the same PSA is not taken for them. */
  readonly own: string | null
}

/**
 * Every pseudonym that one line of the list may mean. A person whose BEN_NIR_ANO is missing in the SNDS is
 * known there by BEN_NIR_PSA alone, which hashes the day of birth too: the NIR gives sex, year and month, so
 * each day is tried. A minor is named through a parent: `NIR/YYYYMMDD/sex`. Empty when the name cannot be read.
 */
export function pseudonymsOf(
  producerKey: Uint8Array,
  kind: string,
  id: string,
  lastYear: number,
): Objecting[] {
  const level1 = (text: string): string => producerPseudonym(producerKey, text)
  if (kind === 'idmr') return [{ form: 'idmr', level1: level1(idmrText(id.trim())), own: null }]
  const [named, birth, sex, ...more] = id.trim().split('/')
  const nir = named === undefined ? null : readNir(named)
  if (nir === null || more.length > 0) return []
  if (birth !== undefined || sex !== undefined) {
    if (!/^\d{8}$/.test(birth ?? '') || !/^[12]$/.test(sex ?? '')) return []
    return [{ form: 'child', level1: level1(psaText(nir, birth as string, sex as string)), own: null }]
  }
  const own = level1(nirText(nir))
  return [
    { form: 'own', level1: own, own: null },
    ...birthDays(nir, lastYear).map((day) => ({
      form: 'insured' as const,
      level1: level1(psaText(nir, day, nirSex(nir))),
      own,
    })),
  ]
}
