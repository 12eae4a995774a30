import { type Bilingual, count, decimal, type Html, html, type Lang, percent } from '../../page/index.ts'
import { levelName } from '../report/level-names.ts'
import { bits } from '../report/messages.ts'
import { table } from '../report/table.ts'
import { type Originals, originalKey, type Values } from './originals.ts'
import type { Reading, Standing, Together } from './queue.ts'
import type { Sample, SampledPair } from './sample.ts'
import { type Words, words } from './words.ts'

/** What the screen is made of. */
export interface Shown {
  readonly sample: Sample
  readonly reading: Reading
  readonly standing: Standing
  /** None where values are not to be shown. */
  readonly originals: Originals | undefined
  /** Where answers are kept, for the command that uses them. */
  readonly labels: string
}

/** The part of the page that changes with every answer: how far one is, the pair to be read, and what came out. */
export const screen = (shown: Shown): Bilingual => ({
  fr: screenIn('fr', shown).html,
  en: screenIn('en', shown).html,
})

function screenIn(lang: Lang, { sample, standing: at, originals, reading, labels }: Shown): Html {
  const say = words[lang]
  const pair = at.current === undefined ? undefined : sample.pairs[at.current]
  return html`<p class="small" role="status">${say.progress(at.answered, at.queue.length)} · ${say.counts(at.byAnswer)}</p>
<progress max="${Math.max(1, at.queue.length)}" value="${at.answered}" aria-label="${say.progress(at.answered, at.queue.length)}"></progress>
${pair ? pairIn(lang, sample, pair, originals) : doneIn(say, { standing: at, reading, labels })}
${at.together ? togetherIn(lang, at.together, sample) : ''}`
}

function doneIn(
  say: Words,
  { standing: at, reading: { third }, labels }: Pick<Shown, 'standing' | 'reading' | 'labels'>,
): Html {
  const open = openOf(at.together)
  return html`<h2 class="plain">${third && at.queue.length === 0 ? say.noneDisputed : say.done(third, open)}</h2>
${open > 0 ? html`<p>${say.toSettle}</p>` : ''}<p>${say.doneNext} <code>chainon link … --labels ${labels}</code></p>`
}

const openOf = (together: Together | undefined): number =>
  together?.disputed.filter(({ third }) => third === undefined).length ?? 0

function pairIn(lang: Lang, sample: Sample, pair: SampledPair, originals: Originals | undefined): Html {
  const say = words[lang]
  return html`<h2 class="plain">${pair.left.source} ${pair.left.id} · ${pair.right.source} ${pair.right.id}</h2>
<p class="small">${say.pair(bits(pair.weight, lang))}${pair.stratum === null ? ` · ${say.bridge}` : ''}</p>
${originals ? recordsIn(say, sample, pair, originals) : html`<p class="small">${say.noRecords}</p>`}
<h3>${say.pattern}</h3>${waterfall(lang, sample, pair)}`
}

function recordsIn(say: Words, sample: Sample, pair: SampledPair, originals: Originals): Html {
  const [l, r] = [originals.get(originalKey(pair.left)), originals.get(originalKey(pair.right))]
  if (!l || !r) return html`<p>${say.notFound}</p>`
  // What is compared first, in the order of the comparisons; then all else.
  const compared = sample.comparisons.flatMap(({ columns }) => columns)
  const columns = [...new Set([...compared, ...Object.keys(l), ...Object.keys(r)])].filter(
    (column) => column !== sample.id,
  )
  const cell = (of: Values, column: string): Html =>
    of[column] ? html`${of[column]}` : html`<span class="small">${say.missing}</span>`
  const rows = columns.map((column) => {
    const [a, b] = [l[column] ?? '', r[column] ?? '']
    const differs = a !== b && a !== '' && b !== ''
    return [
      column,
      cell(l, column),
      cell(r, column),
      differs ? html`<b>${say.differs}</b>` : a !== '' && a === b ? say.same : '',
    ]
  })
  return html`<h3>${say.records}</h3>${table(say.recordColumns, rows, [])}`
}

/** From the odds of two records drawn by chance, comparison by comparison, to the weight of the pair. */
function waterfall(lang: Lang, { prior, comparisons }: Sample, { levels, adds, weight }: SampledPair): Html {
  const say = words[lang]
  let sum = prior
  const steps = comparisons.map(({ name }, at) => {
    const from = sum
    const add = adds[at] as number
    sum += add
    const level = levels[at]
    return { name, level: level == null ? say.unknown : levelName(level, lang), add, from, to: sum }
  })
  const ends = [0, prior, weight, ...steps.map(({ to }) => to)]
  const scale = { low: Math.min(...ends), high: Math.max(...ends) }
  const signed = (x: number): string => `${x > 0 ? '+' : ''}${bits(x, lang)}`
  const rows = [
    [say.start, say.chance, '', bits(prior, lang), bar(0, prior, scale)],
    ...steps.map(({ name, level, add, from, to }) => [
      name,
      level,
      signed(add),
      bits(to, lang),
      bar(from, to, scale),
    ]),
    [html`<b>${say.total}</b>`, '', '', html`<b>${bits(weight, lang)}</b>`, bar(0, weight, scale)],
  ]
  return table(say.patternColumns, rows, [2, 3])
}

const WIDTH = 200

/** A bar from one sum to the next over a line at 0; for a link on the accent, against it grey. */
function bar(from: number, to: number, { low, high }: { low: number; high: number }): Html {
  const x = (value: number): number => (WIDTH * (value - low)) / Math.max(1e-9, high - low)
  const [a, b] = [Math.min(x(from), x(to)), Math.max(x(from), x(to))]
  return html`<svg class="fall" viewBox="0 0 ${WIDTH} 16" width="${WIDTH}" height="16" aria-hidden="true"><line x1="${x(0).toFixed(1)}" x2="${x(0).toFixed(1)}" y1="0" y2="16"/><rect class="${to >= from ? 'for' : 'against'}" x="${a.toFixed(1)}" y="3" width="${Math.max(1, b - a).toFixed(1)}" height="10"/></svg>`
}

function togetherIn(lang: Lang, all: Together, { pairs }: Sample): Html {
  const say = words[lang]
  const kappas = all.agreements.map(({ between, pairs: both, agreement, kappa, low, high }) => [
    between.join(' · '),
    count(both, lang),
    percent(agreement, lang),
    kappa === null ? '–' : decimal(kappa, lang, 2),
    low === null || high === null ? '–' : `${decimal(low, lang, 2)} – ${decimal(high, lang, 2)}`,
  ])
  const disputed = all.disputed.map(({ pair, answers, third: decided }) => {
    const { left, right } = pairs[pair] as SampledPair
    return [
      `${left.id} · ${right.id}`,
      answers.map(([reader, answer]) => `${reader}: ${say.answers[answer]}`).join(' · '),
      decided === undefined ? say.open : say.answers[decided],
    ]
  })
  return html`<h2>${say.together}</h2>${table(
    say.readerColumns,
    all.readers.map(({ reader, answered }) => [reader, count(answered, lang)]),
    [1],
  )}
${kappas.length === 0 ? '' : html`<h3 class="later">${say.agreement}</h3>${table(say.agreementColumns, kappas, [1, 2, 3, 4])}`}
<h3 class="later">${say.disputed}</h3>${disputed.length === 0 ? html`<p>${say.noneDisputed}</p>` : table(say.disputedColumns, disputed, [])}`
}
