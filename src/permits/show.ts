import type { Cohort, Identifier, Permit, Transform } from './model.ts'

type Locale = 'fr' | 'en'
const pick = (locale: Locale, fr: string, en: string): string => (locale === 'fr' ? fr : en)

const IDENTIFIER: Record<Identifier, Record<Locale, string>> = {
  'birth-year-month': { fr: 'mois et année de naissance', en: 'month and year of birth' },
  'residence-commune': { fr: 'commune de résidence', en: 'commune of residence' },
  'care-dates': { fr: 'dates exactes des soins', en: 'exact dates of care' },
  'death-date': { fr: 'date exacte du décès', en: 'exact date of death' },
  'death-commune': { fr: 'commune du décès', en: 'commune of death' },
}

const TRANSFORM: Record<Transform, Record<Locale, string>> = {
  'as-is': { fr: '', en: '' },
  year: { fr: 'année', en: 'year' },
  'age-band': { fr: 'cinq ans', en: 'five years' },
  département: { fr: 'département', en: 'département' },
}

/** A permit as a person reads it, in French or English. */
export function showPermit(permit: Permit, locale: Locale, signer?: string): string {
  const say = (fr: string, en: string) => pick(locale, fr, en)
  const date = (iso: string) =>
    new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', {
      dateStyle: 'long',
      timeZone: 'UTC',
    }).format(new Date(`${iso}T00:00:00Z`))
  const line = (label: string, text: string) => `${label.padEnd(20)}${text}`
  const { period } = permit
  return [
    `${permit.id}: ${permit.title[locale]}`,
    ...(permit.notice ? [permit.notice] : []),
    '',
    line(say('Finalité', 'Purpose'), permit.purpose),
    ...permit.parties.map((one) => line(say('Partie', 'Party'), `${one.name} (${one.role})`)),
    line(say('Personnes', 'Persons'), permit.users.map((one) => one.name).join(', ')),
    line(
      say('Validité', 'Valid'),
      say(
        `du ${date(permit.from)} au ${date(permit.until)}`,
        `${date(permit.from)} to ${date(permit.until)}`,
      ),
    ),
    line(say('Population', 'Population'), showCohort(permit.cohort, locale)),
    line(
      say('Période', 'Period'),
      say(
        `du ${date(period.from)} au ${date(period.until)}`,
        `${date(period.from)} to ${date(period.until)}`,
      ) +
        (period.registryFrom
          ? say(
              `, registre depuis le ${date(period.registryFrom)}`,
              `, registry since ${date(period.registryFrom)}`,
            )
          : ''),
    ),
    line(
      say('Données', 'Data'),
      say(
        `version ${permit.dataVersion}, chaînage ${permit.linkage}`,
        `version ${permit.dataVersion}, linkage ${permit.linkage}`,
      ),
    ),
    line(
      say('Oppositions', 'Oppositions'),
      say(
        'liste la plus récente, à l’ouverture et à chaque mise à jour',
        'newest list, at opening and at each refresh',
      ),
    ),
    line(say('Sorties', 'Outputs'), permit.disclosure),
    '',
    say('Identifiants potentiels accordés', 'Potential identifiers granted'),
    ...identifiers(permit, locale),
    '',
    say('Tables et colonnes', 'Tables and columns'),
    ...Object.entries(permit.tables).map(([table, { columns }]) =>
      line(
        `  ${table}`,
        Object.entries(columns)
          .map(([column, how]) => (how === 'as-is' ? column : `${column} (${TRANSFORM[how][locale]})`))
          .join(', '),
      ),
    ),
    '',
    signer === undefined
      ? say('Projet : non signé, n’ouvre aucun espace.', 'Draft: not signed, opens no space.')
      : say(`Signé par ${signer}.`, `Signed by ${signer}.`),
    '',
  ].join('\n')
}

function identifiers(permit: Permit, locale: Locale): string[] {
  const granted = Object.entries(permit.identifiers) as [Identifier, { reason: string }][]
  if (granted.length === 0) return [pick(locale, '  aucun', '  none')]
  return granted.map(([one, { reason }]) => `  ${IDENTIFIER[one][locale]}: ${reason}`)
}

function showCohort(cohort: Cohort, locale: Locale): string {
  switch (cohort.kind) {
    case 'orpha':
      return cohort.codes === 'all'
        ? pick(
            locale,
            'patients du registre avec un code ORPHA',
            'patients of the registry with an ORPHA code',
          )
        : `ORPHA ${cohort.codes.join(', ')}`
    case 'registry':
      return pick(locale, 'patients du registre', 'patients of the registry')
    case 'linked':
      return pick(locale, 'personnes des deux sources', 'persons of both sources')
    case 'all-of':
      return cohort.cohorts.map((one) => showCohort(one, locale)).join(pick(locale, ' et ', ' and '))
    case 'any-of':
      return `(${cohort.cohorts.map((one) => showCohort(one, locale)).join(pick(locale, ' ou ', ' or '))})`
  }
}
