import type { Bilingual, Lang } from '../../page/index.ts'
import { orphaDisorders, orphaGroups } from '../../omop/index.ts'

const disorders = new Map(orphaDisorders.map((one) => [`ORPHA:${one.code}`, one as Bilingual]))
const groups: Readonly<Record<string, Bilingual>> = orphaGroups

const fixed: Readonly<Record<string, Readonly<Record<string, Bilingual>>>> = {
  all: {
    unknown: { fr: 'inconnu', en: 'unknown' },
    'no-code': { fr: 'sans code ORPHA', en: 'without an ORPHA code' },
  },
  quintile: {
    '1': { fr: '1 (le moins défavorisé)', en: '1 (least deprived)' },
    '5': { fr: '5 (le plus défavorisé)', en: '5 (most deprived)' },
  },
  quintileShort: {
    '1': { fr: '1 (le moins)', en: '1 (least)' },
    '5': { fr: '5 (le plus)', en: '5 (most)' },
  },
  sex: { female: { fr: 'femmes', en: 'women' }, male: { fr: 'hommes', en: 'men' } },
  age: {
    '0-17': { fr: '0 à 17 ans', en: '0 to 17' },
    '18-39': { fr: '18 à 39 ans', en: '18 to 39' },
    '40-64': { fr: '40 à 64 ans', en: '40 to 64' },
    '65+': { fr: '65 ans et plus', en: '65 and over' },
  },
  label: {
    CRMR: { fr: 'centres de référence', en: 'centres of reference' },
    CCMR: { fr: 'centres de compétence', en: 'centres of competence' },
  },
  otherSites: {
    CRMR: { fr: 'autres centres de référence', en: 'other centres of reference' },
    CCMR: { fr: 'autres centres de compétence', en: 'other centres of competence' },
    unknown: { fr: 'autres centres', en: 'other centres' },
  },
  linked: { yes: { fr: 'appariés', en: 'linked' }, no: { fr: 'non appariés', en: 'not linked' } },
  delay: { known: { fr: 'délai mesurable', en: 'delay can be measured' } },
  contact: {
    'in-period': { fr: 'dans la période', en: 'in the period' },
    other: { fr: 'avant, ou inconnu', en: 'before, or unknown' },
  },
  region: {
    '01': { fr: 'Guadeloupe', en: 'Guadeloupe' },
    '02': { fr: 'Martinique', en: 'Martinique' },
    '03': { fr: 'Guyane', en: 'French Guiana' },
    '04': { fr: 'La Réunion', en: 'Réunion' },
    '06': { fr: 'Mayotte', en: 'Mayotte' },
    '11': { fr: 'Île-de-France', en: 'Île-de-France' },
    '24': { fr: 'Centre-Val de Loire', en: 'Centre-Val de Loire' },
    '27': { fr: 'Bourgogne-Franche-Comté', en: 'Bourgogne-Franche-Comté' },
    '28': { fr: 'Normandie', en: 'Normandy' },
    '32': { fr: 'Hauts-de-France', en: 'Hauts-de-France' },
    '44': { fr: 'Grand Est', en: 'Grand Est' },
    '52': { fr: 'Pays de la Loire', en: 'Pays de la Loire' },
    '53': { fr: 'Bretagne', en: 'Brittany' },
    '75': { fr: 'Nouvelle-Aquitaine', en: 'Nouvelle-Aquitaine' },
    '76': { fr: 'Occitanie', en: 'Occitanie' },
    '84': { fr: 'Auvergne-Rhône-Alpes', en: 'Auvergne-Rhône-Alpes' },
    '93': { fr: 'Provence-Alpes-Côte d’Azur', en: 'Provence-Alpes-Côte d’Azur' },
    '94': { fr: 'Corse', en: 'Corsica' },
  },
  item: {
    consultation: { fr: 'consultations de ville', en: 'city consultations' },
    pharmacy: { fr: 'médicaments de ville', en: 'city pharmacy' },
    city_other: { fr: 'autres soins de ville', en: 'other city care' },
    hospital_outpatient: { fr: 'soins externes de l’hôpital', en: 'hospital outpatient care' },
    public_stay: { fr: 'séjours publics', en: 'public stays' },
    private_stay: { fr: 'séjours privés', en: 'private stays' },
    total: { fr: 'total', en: 'total' },
  },
  node: {
    'first-contact': { fr: 'premier contact', en: 'first contact' },
    gp: { fr: 'généraliste', en: 'general practitioner' },
    specialist: { fr: 'spécialiste de ville', en: 'city specialist' },
    outpatient: { fr: 'consultation à l’hôpital', en: 'hospital outpatient visit' },
    stay: { fr: 'séjour à l’hôpital', en: 'hospital stay' },
    centre: { fr: 'centre expert', en: 'expert centre' },
    death: { fr: 'décès', en: 'death' },
    'no-further-care': { fr: 'pas d’autre soin', en: 'no further care' },
    'end-of-follow-up': { fr: 'fin du suivi', en: 'end of follow-up' },
    other: { fr: 'autre', en: 'other' },
  },
}

/** The name of a value of a dimension (or an item, or a node of the pathway), as each language says it. */
export function label(dimension: string, value: string, lang: Lang): string {
  const known = fixed[dimension]?.[value] ?? fixed.all?.[value]
  if (known) return known[lang]
  if (dimension === 'disease' || dimension === 'block') {
    if (value.startsWith('other:')) {
      const group = label('group', value.slice('other:'.length), lang)
      return lang === 'fr' ? `${group}\u00a0: autres` : `${group}: others`
    }
    return disorders.get(value)?.[lang] ?? value
  }
  if (dimension === 'group') return groups[value]?.[lang] ?? value
  if (value.startsWith('other:') && dimension === 'site')
    return fixed.otherSites?.[value.slice('other:'.length)]?.[lang] ?? value
  if (dimension === 'centre' || dimension === 'site') return `Centre ${value}`
  return value
}
