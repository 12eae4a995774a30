import type { Lang } from './lang.ts'

const locale = { fr: 'fr-FR', en: 'en-GB' } as const

const numbers = new Map<string, Intl.NumberFormat>()
function formatter(lang: Lang, digits: number, least: number): Intl.NumberFormat {
  const key = `${lang}|${digits}|${least}`
  let found = numbers.get(key)
  if (!found) {
    found = new Intl.NumberFormat(locale[lang], {
      maximumFractionDigits: digits,
      minimumFractionDigits: least,
    })
    numbers.set(key, found)
  }
  return found
}

export const count = (x: number, lang: Lang): string => formatter(lang, 0, 0).format(x)

export const decimal = (x: number, lang: Lang, digits: number): string =>
  formatter(lang, digits, digits).format(x)

/** Euros without cents, to the nearest ten above a thousand: an interval is never that precise. */
export function euros(x: number, lang: Lang): string {
  const shown = count(Math.abs(x) >= 1000 ? Math.round(x / 10) * 10 : Math.round(x), lang)
  return lang === 'fr' ? `${shown}\u00a0€` : `€${shown}`
}

export const years = (x: number, lang: Lang): string =>
  `${decimal(x, lang, 1)}\u00a0${lang === 'fr' ? 'ans' : 'years'}`

export const ratio = (x: number, lang: Lang): string => decimal(x, lang, 2)

export const percent = (x: number, lang: Lang): string =>
  lang === 'fr' ? `${decimal(100 * x, lang, 0)}\u00a0%` : `${decimal(100 * x, lang, 0)}%`

/** `2017-01-31` as a person writes it. */
export function date(iso: string, lang: Lang): string {
  const written = new Intl.DateTimeFormat(locale[lang], { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${iso}T00:00:00Z`),
  )
  // The first of a month is an ordinal in French, which Intl does not know.
  return lang === 'fr' ? written.replace(/^1 /, '1er ') : written
}
