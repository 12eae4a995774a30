import { count, decimal, type Html, html, type Lang } from '../../page/index.ts'
import type { Estimate, Share } from '../review/estimate.ts'
import type { Readers } from '../review/measured.ts'
import type { Measures } from './measure.ts'
import { bits, nearly } from './messages.ts'
import { table } from './table.ts'

interface Words {
  readonly heading: string
  readonly key: string
  readonly counts: (is: Readers, lang: Lang) => string
  readonly contradicted: (pairs: string) => string
  readonly title: (precision: string, recall: string) => string
  readonly about: string
  readonly none: string
  readonly columns: readonly string[]
  readonly agreements: string
  readonly readers: (a: number, b: number) => string
  readonly agreementColumns: readonly string[]
  readonly toRead: string
  readonly toReadAbout: string
  readonly toReadColumns: readonly string[]
  readonly from: (weight: string) => string
  readonly range: (from: string, to: string) => string
}

const words: Readonly<Record<Lang, Words>> = {
  fr: {
    heading: 'Ce que disent les relecteurs',
    key: 'des paires au-dessus du seuil concordent, selon les relecteurs',
    counts: ({ pairs, matches, others, undecided }, lang) =>
      `${count(pairs, lang)} paires relues\u00a0: ${count(matches, lang)} concordent, ${count(others, lang)} non, ${count(undecided, lang)} ne sont pas tranchées et ne servent pas. Les paires tranchées comptent comme telles dans l’apprentissage et dans les groupes.`,
    contradicted: (pairs) =>
      `${pairs} paires jugées différentes sont pourtant reliées par une chaîne de paires jugées concordantes\u00a0: ces dernières l’emportent. À relire.`,
    title: (precision, recall) => `Au seuil, précision ${precision} et rappel ${recall} selon les relecteurs`,
    about:
      'Chaque paire relue compte pour celles de sa strate (Horvitz-Thompson), avec un intervalle à 95\u00a0%. Le rappel ne compte que les paires gardées. Une paire non tranchée manque, et ce n’est pas par hasard\u00a0: faire trancher les désaccords d’abord. Ces paires ont aussi servi à l’apprentissage, où elles sont peu parmi beaucoup.',
    none: 'Aucune des paires relues ne vient d’un tirage\u00a0: elles ne disent rien des autres.',
    columns: ['seuil', 'relues au-dessus', 'en dessous', 'précision', 'rappel'],
    agreements: 'L’accord des relecteurs',
    readers: (a, b) => `${a} et ${b}`,
    agreementColumns: [
      'relecteurs',
      'paires lues par les deux',
      'même réponse',
      'kappa de Cohen',
      'intervalle à 95\u00a0%',
    ],
    toRead: 'Les paires à relire',
    toReadAbout:
      'Tirées au sort par strates de poids autour du seuil, les plus instructives d’abord, avec les liens les plus faibles des groupes. Les lire\u00a0: chainon link review.',
    toReadColumns: ['poids d’appariement', 'paires', 'tirées'],
    from: (weight) => `${weight} et plus`,
    range: (from, to) => `de ${from} à ${to}`,
  },
  en: {
    heading: 'What readers say',
    key: 'of the pairs above the threshold match, as read by persons',
    counts: ({ pairs, matches, others, undecided }, lang) =>
      `${count(pairs, lang)} pairs were read: ${count(matches, lang)} match, ${count(others, lang)} do not, ${count(undecided, lang)} are undecided and not used. Decided pairs count as such in training and in the clusters.`,
    contradicted: (pairs) =>
      `${pairs} pairs that were told apart are joined by a chain of pairs that were said to match, and these prevail. Read them again.`,
    title: (precision, recall) =>
      `At the threshold, precision ${precision} and recall ${recall} as read by persons`,
    about:
      'Each pair that was read counts for those of its stratum (Horvitz-Thompson), with a 95% interval. Recall counts pairs that were kept only. An undecided pair is missing, and not by chance: have disagreements decided first. These pairs had their part in training, too, where they are few among many.',
    none: 'None of the pairs that were read comes from a draw: they say nothing of others.',
    columns: ['threshold', 'read above', 'below', 'precision', 'recall'],
    agreements: 'How far readers agree',
    readers: (a, b) => `${a} and ${b}`,
    agreementColumns: ['readers', 'pairs read by both', 'same answer', 'Cohen’s kappa', '95% interval'],
    toRead: 'Pairs to read by hand',
    toReadAbout:
      'Drawn by chance from strata of weight around the threshold, those that tell most first, with the weakest links of clusters. To read them: chainon link review.',
    toReadColumns: ['match weight', 'pairs', 'drawn'],
    from: (weight) => `${weight} and more`,
    range: (from, to) => `${from} to ${to}`,
  },
}

/** The key figure of the first screen; nothing where nobody read. */
export function rightByReaders(is: Readers | undefined, threshold: number, lang: Lang): Html {
  const share = at(is, threshold)?.precision
  if (!share) return html``
  return html`<li><b>${nearly(share.value, lang)}</b><span class="ci">${interval(share, lang)}</span><span>${words[lang].key}</span></li>`
}

/** Precision and recall from pairs that persons read, and how far they agree; nothing where nobody read. */
export function readersSection(is: Readers | undefined, threshold: number, lang: Lang): Html {
  if (!is) return html``
  const say = words[lang]
  const now = at(is, threshold)
  const title = now?.precision && now.recall && say.title(told(now.precision, lang), told(now.recall, lang))
  const rows = is.estimates.map((one) => [
    bits(one.threshold, lang),
    count(one.above, lang),
    count(one.below, lang),
    told(one.precision, lang),
    told(one.recall, lang),
  ])
  return html`<section><h2>${say.heading}</h2>${title ? html`<h3>${title}</h3>` : ''}<p>${say.counts(is, lang)}</p>
${is.contradicted > 0 ? html`<p>${say.contradicted(count(is.contradicted, lang))}</p>` : ''}
${rows.length === 0 ? html`<p>${say.none}</p>` : html`<p>${say.about}</p>${table(say.columns, rows, [0, 1, 2, 3, 4])}`}
${agreements(is, lang)}</section>`
}

function agreements({ agreements: all }: Readers, lang: Lang): Html {
  if (all.length === 0) return html``
  const say = words[lang]
  // A reader is a number here: the report says how well pairs were read, and not by whom.
  const readers = [...new Set(all.flatMap(({ between }) => between))]
  const rows = all.map(({ between: [a, b], pairs, agreement, kappa, low, high }) => [
    say.readers(readers.indexOf(a) + 1, readers.indexOf(b) + 1),
    count(pairs, lang),
    nearly(agreement, lang),
    kappa === null ? '–' : decimal(kappa, lang, 2),
    low === null || high === null ? '–' : `${decimal(low, lang, 2)} – ${decimal(high, lang, 2)}`,
  ])
  return html`<h3>${say.agreements}</h3>${table(say.agreementColumns, rows, [1, 2, 3, 4])}`
}

/** Which pairs a person would read. */
export function toReadSection(strata: Measures['toRead'], lang: Lang): Html {
  if (!strata) return html``
  const say = words[lang]
  const rows = strata.map(({ from, to, pairs, drawn }) => [
    to === null ? say.from(bits(from, lang)) : say.range(bits(from, lang), bits(to, lang)),
    count(pairs, lang),
    count(drawn, lang),
  ])
  return html`<section><h2>${say.toRead}</h2><p>${say.toReadAbout}</p>${table(say.toReadColumns, rows, [1, 2])}</section>`
}

const at = (is: Readers | undefined, threshold: number): Estimate | undefined =>
  is?.estimates.find((one) => one.threshold === threshold)

const interval = ({ low, high }: Share, lang: Lang): string => `[${nearly(low, lang)}, ${nearly(high, lang)}]`

const told = (share: Share | null, lang: Lang): string =>
  share === null ? '–' : `${nearly(share.value, lang)} ${interval(share, lang)}`
