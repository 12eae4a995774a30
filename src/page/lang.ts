/** The languages of every page. */
export type Lang = 'fr' | 'en'
export const langs: readonly Lang[] = ['fr', 'en']

/** Text in both. */
export type Bilingual = Readonly<Record<Lang, string>>
