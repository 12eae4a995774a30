import { concepts, orphaDisorders } from '../../omop/index.ts'
import type { ProjectSpace } from '../../spaces/index.ts'
import type { Period } from '../model.ts'
import type { Observed } from '../statistics/kaplan-meier.ts'
import { costs } from './costs.ts'
import { ageBands, type Item, ownSites, ownTableFrom, type Patient, UNKNOWN, WITHOUT_CODE } from './model.ts'
import { patients } from './patients.ts'

interface PatientRow {
  person_id: bigint
  orpha: number | null
  gender_concept_id: number | null
  year_of_birth: number | null
  region: string | null
  quintile: number | null
  centre: number | null
  label: string | null
  assertion: string | null
  days_to_diagnosis: number | null
  days_to_last_news: number | null
  days: number | null
  contact_in_period: boolean
}

const YEAR = 365.25

/** The patients of the space with their costs, ready to be counted. */
export async function readPatients(space: ProjectSpace, period: Period): Promise<Patient[]> {
  const rows = await space.rows<PatientRow>(patients(period))
  const cents = await readCosts(space, period)
  const ofDisease = new Map<number, number>()
  for (const row of rows)
    if (row.orpha !== null) ofDisease.set(row.orpha, (ofDisease.get(row.orpha) ?? 0) + 1)
  const large = new Set(sitesOf(rows))
  const lastYear = Number(period.until.slice(0, 4))
  return rows.map((row) => {
    const group = groupOf(row.orpha)
    const ownTable = row.orpha !== null && (ofDisease.get(row.orpha) ?? 0) >= ownTableFrom
    const disease = row.orpha === null ? WITHOUT_CODE : `ORPHA:${row.orpha}`
    const delay = delayOf(row)
    return {
      at: {
        disease,
        block: row.orpha === null || ownTable ? disease : `other:${group}`,
        group,
        quintile: row.quintile === null ? UNKNOWN : String(row.quintile),
        region: row.region ?? UNKNOWN,
        centre: row.centre === null ? UNKNOWN : String(row.centre),
        site:
          row.centre === null
            ? UNKNOWN
            : large.has(row.centre)
              ? String(row.centre)
              : `other:${row.label ?? UNKNOWN}`,
        label: row.centre === null ? UNKNOWN : (row.label ?? UNKNOWN),
        sex: sexOf(row.gender_concept_id),
        age: ageBand(row.year_of_birth, lastYear),
        linked: row.days !== null && row.days > 0 ? 'yes' : 'no',
        delay: delay ? 'known' : UNKNOWN,
        contact: row.contact_in_period ? 'in-period' : 'other',
      },
      years: row.days !== null && row.days > 0 ? row.days / YEAR : null,
      cents: cents.get(row.person_id) ?? new Map(),
      delay,
    }
  })
}

/** The largest centres, by their patients. */
export function sitesOf(rows: readonly { readonly centre: number | null }[]): number[] {
  const times = new Map<number, number>()
  for (const { centre } of rows) if (centre !== null) times.set(centre, (times.get(centre) ?? 0) + 1)
  return [...times]
    .sort(([a, n], [b, m]) => m - n || a - b)
    .slice(0, ownSites)
    .map(([centre]) => centre)
}

async function readCosts(space: ProjectSpace, period: Period): Promise<Map<bigint, Map<Item, number>>> {
  const rows = await space.rows<{ person_id: bigint; item: number; cents: bigint }>(costs(period))
  const byPerson = new Map<bigint, Map<Item, number>>()
  for (const row of rows) {
    const item = itemOf.get(row.item)
    if (!item) continue
    let own = byPerson.get(row.person_id)
    if (!own) byPerson.set(row.person_id, (own = new Map()))
    own.set(item, Number(row.cents))
  }
  return byPerson
}

/** Cost items of the CDM. */
export const itemOf: ReadonlyMap<number, Item> = new Map([
  [concepts.ITEM_CONSULTATION, 'consultation'],
  [concepts.ITEM_PHARMACY, 'pharmacy'],
  [concepts.ITEM_CITY_OTHER, 'city_other'],
  [concepts.ITEM_HOSPITAL_OUTPATIENT, 'hospital_outpatient'],
  [concepts.ITEM_PUBLIC_STAY, 'public_stay'],
  [concepts.ITEM_PRIVATE_STAY, 'private_stay'],
])

/**
 * From first signs to diagnosis, which counts when it is dated, coded or not. A patient still without one (en
 * cours or probable with a suspected disease, or without any code) is censored at the last news: last contact
 * with a centre, or death.
 */
export function delayOf(row: {
  orpha: number | null
  assertion: string | null
  days_to_diagnosis: number | null
  days_to_last_news: number | null
}): Observed | null {
  if (row.days_to_diagnosis !== null)
    return row.days_to_diagnosis < 0 ? null : { time: row.days_to_diagnosis / YEAR, event: true }
  const seeking = row.orpha === null || row.assertion === 'en cours' || row.assertion === 'probable'
  if (!seeking || row.days_to_last_news === null || row.days_to_last_news < 0) return null
  return { time: row.days_to_last_news / YEAR, event: false }
}

const groups = new Map(orphaDisorders.map((disorder) => [Number(disorder.code), disorder.group as string]))
const groupOf = (orpha: number | null): string =>
  orpha === null ? WITHOUT_CODE : (groups.get(orpha) ?? UNKNOWN)

const sexOf = (concept: number | null): string =>
  concept === concepts.MALE ? 'male' : concept === concepts.FEMALE ? 'female' : UNKNOWN

/** Age reached in the last year of the period. */
export function ageBand(yearOfBirth: number | null, lastYear: number): string {
  if (yearOfBirth === null) return UNKNOWN
  const age = lastYear - yearOfBirth
  return age < 18 ? ageBands[0] : age < 40 ? ageBands[1] : age < 65 ? ageBands[2] : ageBands[3]
}
