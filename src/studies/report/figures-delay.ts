import { count, decimal, percent, years } from '../../page/index.ts'
import type { CheckedStep } from '../../spaces/index.ts'
import { curves } from './draw/curves.ts'
import { dots } from './draw/dots.ts'
import { matrix } from './draw/matrix.ts'
import type { Figure, Source, Table } from './figure.ts'
import { byValue, differing, dotsOf, ends, intervalTable, sumOf } from './figures-common.ts'
import { apart, directionOf, intervalOf, standingOut } from './finding.ts'
import { label } from './labels.ts'
import { delayRows, hiddenIn, type Row, tableOf } from './tables.ts'

const queries = ['patients']
/** Beyond this the curves rest on too few to be read. */
const drawnUntil = 20

/** How long it takes to be diagnosed: pooled, then by deprivation, disease, region and centre. */
export function delayFigures(source: Source): Figure[] {
  return [
    pooled(source),
    byQuintile(source),
    byDisease(source),
    byPlace(source, 'region'),
    byPlace(source, 'centre'),
    crossed(source, 'quintile'),
    crossed(source, 'region'),
    crossed(source, 'site'),
  ]
}

const pointsOf = (steps: readonly CheckedStep[]) => [
  { time: 0, survival: 1, low: 1, high: 1 },
  ...steps.map((step) => ({ time: step.until, survival: step.survival, low: step.low, high: step.high })),
]

function stepTable(source: Source, name: string, dimension: 'quintile' | null): Table {
  const { m, lang } = source
  const lines = (tableOf(source.checked, 'survival', name)?.curves ?? []).flatMap((curve) => {
    const value = dimension ? (curve.at[dimension] ?? '') : ''
    const steps: readonly (CheckedStep | null)[] = curve.hidden ? [null] : curve.steps
    return steps.map((step) => ({ value, step }))
  })
  const share = (x: number): string => decimal(100 * x, lang, 1)
  return {
    columns: [
      ...(dimension ? [{ name: m.columns[dimension], numeric: false }] : []),
      ...[m.columns.after, m.columns.until, m.columns.atRisk, m.columns.events].map((column) => ({
        name: column,
        numeric: true,
      })),
      ...[`${m.columns.without} (%)`, m.columns.low, m.columns.high].map((column) => ({
        name: column,
        numeric: true,
      })),
    ],
    rows: lines.map(({ value, step }) => [
      ...(dimension ? [label(dimension, value, lang)] : []),
      ...(step
        ? [
            decimal(step.after, lang, 1),
            decimal(step.until, lang, 1),
            count(step.atRisk, lang),
            count(step.events, lang),
            share(step.survival),
            share(step.low),
            share(step.high),
          ]
        : Array.from({ length: 7 }, () => null)),
    ]),
    data: lines.map(({ value, step }) => [
      ...(dimension ? [value] : []),
      ...(step
        ? [step.after, step.until, step.atRisk, step.events, step.survival, step.low, step.high]
        : Array.from({ length: 7 }, () => 'hidden')),
    ]),
  }
}

function pooled(source: Source): Figure {
  const { m, lang } = source
  const curve = tableOf(source.checked, 'survival', 'delay')?.curves[0]
  const shown = curve && !curve.hidden ? curve : null
  const median = intervalOf(shown?.figures, 'median')
  const title = median ? m.delayPooled(median) : m.delayPooledUnknown
  return {
    id: 'delay-pooled',
    section: 'delay',
    title,
    about: m.delayPooledAbout,
    notes: [m.limits[0] ?? ''],
    draw: shown
      ? (width) =>
          curves(
            [{ label: '', colour: 'var(--accent)', points: pointsOf(shown.steps), band: true }],
            { told: title, x: m.sinceFirstSigns, percent: (x) => percent(x, lang), until: drawnUntil },
            width,
          )
      : null,
    table: stepTable(source, 'delay', null),
    n: shown?.n ?? null,
    hidden: shown ? 0 : 1,
    from: ['delay'],
    queries,
  }
}

function byQuintile(source: Source): Figure {
  const { m, lang } = source
  const table = tableOf(source.checked, 'survival', 'delay_by_quintile')
  const rows = delayRows(source.checked, 'delay_by_quintile', (at) => at.quintile ?? '')
  const ratio = rows.find((row) => row.value === '5')?.ratio ?? null
  const title = m.delayByQuintile[directionOf(ratio)](ratio ?? { value: 1, low: 1, high: 1 })
  const drawn = (table?.curves ?? []).flatMap((curve) =>
    curve.hidden || curve.at.quintile === 'unknown'
      ? []
      : [
          {
            label: label('quintile', curve.at.quintile ?? '', lang),
            colour: `var(--line-q${curve.at.quintile})`,
            points: pointsOf(curve.steps),
            band: curve.at.quintile === '1' || curve.at.quintile === '5',
          },
        ],
  )
  return {
    id: 'delay-by-quintile',
    section: 'delay',
    title,
    about: m.delayByQuintileAbout,
    notes: [],
    draw:
      drawn.length === 0
        ? null
        : (width) =>
            curves(
              drawn,
              { told: title, x: m.sinceFirstSigns, percent: (x) => percent(x, lang), until: drawnUntil },
              width,
            ),
    table: stepTable(source, 'delay_by_quintile', 'quintile'),
    n: sumOf(rows),
    hidden: hiddenIn(rows),
    from: ['delay_by_quintile'],
    queries,
  }
}

function medians(
  source: Source,
  id: string,
  dimension: 'disease' | 'region' | 'centre',
  rows: readonly Row[],
  title: string,
  about: string,
  notes: readonly string[],
): Figure {
  const { m, lang } = source
  return {
    id,
    section: 'delay',
    title,
    about,
    notes,
    draw: (width) =>
      dots(
        dotsOf(rows, dimension, (x) => years(x, lang), source),
        { told: title, axis: m.columns.median, format: (x) => decimal(x, lang, Number.isInteger(x) ? 0 : 1) },
        width,
      ),
    table: intervalTable(rows, [dimension], { name: m.columns.median, digits: 2 }, source),
    n: sumOf(rows),
    hidden: hiddenIn(rows),
    from: [`delay_by_${dimension}`],
    queries,
  }
}

const notEmpty = (rows: readonly Row[]): Row[] => rows.filter((row) => row.n !== 0)

function byDisease(source: Source): Figure {
  const { m, lang } = source
  const rows = byValue(
    notEmpty(delayRows(source.checked, 'delay_by_disease', (at) => at.disease ?? '')).filter(
      (row) => row.value !== 'no-code',
    ),
  )
  const [first, last] = ends(rows) ?? []
  const title =
    first && last
      ? m.delayByDisease(
          label('disease', first.value, lang),
          label('disease', last.value, lang),
          apart(first.interval, last.interval),
        )
      : m.none
  return medians(source, 'delay-by-disease', 'disease', rows, title, m.delayByDiseaseAbout, [])
}

function byPlace(source: Source, place: 'region' | 'centre'): Figure {
  const { m } = source
  const rows = notEmpty(delayRows(source.checked, `delay_by_${place}`, (at) => at[place] ?? ''))
  const { told, out, expected } = standingOut(
    rows.filter((row) => row.value !== 'unknown' && row.n !== null).map((row) => row.ratio),
  )
  const about = place === 'region' ? m.delayByRegionAbout : m.delayByCentreAbout
  const title = told === 0 ? m.none : m.amongDelays(out, told, place)
  return medians(
    source,
    `delay-by-${place}`,
    place,
    rows,
    title,
    about,
    told > 5 ? [m.byChance(expected)] : [],
  )
}

function crossed(source: Source, by: 'quintile' | 'region' | 'site'): Figure {
  const { m, lang } = source
  const name = `delay_by_block_by_${by}`
  const rows = notEmpty(delayRows(source.checked, name, (at) => at.block ?? '')).filter(
    (row) => row.value !== 'no-code' && (row.at[by] !== 'unknown' || row.n !== null),
  )
  const blocks = [...new Set(rows.map((row) => row.value))].sort(
    (a, b) => Number(a.startsWith('other:')) - Number(b.startsWith('other:')),
  )
  const columns = [...new Set(rows.map((row) => row.at[by] ?? ''))].filter((value) => value !== 'unknown')
  const short = by === 'quintile' ? 'quintileShort' : by
  const { out, told } = differing(rows.filter((row) => row.at[by] !== 'unknown'))
  return {
    id: `delay-by-block-${by}`,
    section: 'delay',
    title: told === 0 ? m.none : m.matrixTitle(out, told, 'delay', by),
    about: m.delayMatrixAbout(m.by[by]),
    notes: [m.apart],
    // A centre is a column too many for a page: its table says it.
    draw:
      columns.length > 7 || blocks.length === 0
        ? null
        : (width) =>
            matrix(
              rows
                .filter((row) => blocks.includes(row.value) && row.at[by] !== 'unknown')
                .map((row) => ({
                  row: label('block', row.value, lang),
                  column: label(short, row.at[by] ?? '', lang),
                  value: row.point,
                  says:
                    row.n === null ? m.hiddenShort : row.point === null ? '–' : decimal(row.point, lang, 1),
                  hidden: row.n === null,
                })),
              {
                told: m.delayMatrixAbout(m.by[by]),
                rows: blocks.map((block) => label('block', block, lang)),
                columns: columns.map((column) => label(short, column, lang)),
              },
              width,
            ),
    table: intervalTable(rows, ['block', by], { name: m.columns.median, digits: 2 }, source),
    n: sumOf(rows),
    hidden: hiddenIn(rows),
    from: [name],
    queries,
  }
}
