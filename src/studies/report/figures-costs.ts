import { count, euros, percent } from '../../page/index.ts'
import { dots } from './draw/dots.ts'
import { matrix } from './draw/matrix.ts'
import type { Figure, Source } from './figure.ts'
import { byValue, differing, dotsOf, ends, intervalTable } from './figures-common.ts'
import { apart, directionOf, standingOut } from './finding.ts'
import { label } from './labels.ts'
import { bounds, costRows, figuresOf, hiddenIn, type Row, tableOf } from './tables.ts'

const queries = ['patients', 'costs']

/** What the patients cost: by item, disease, deprivation, region and centre, and their crossings. */
export function costFigures(source: Source): Figure[] {
  return [
    byItem(source),
    byDisease(source),
    byQuintile(source),
    byPlace(source, 'region'),
    byPlace(source, 'centre'),
    crossed(source, 'quintile'),
    crossed(source, 'region'),
    crossed(source, 'site'),
  ]
}

/** Linked patients, null when hidden. */
export const linkedPatients = (source: Source): number | null => {
  const cell = tableOf(source.checked, 'cost', 'cost')?.cells[0]
  return cell && !cell.hidden ? cell.n : null
}

function byItem(source: Source): Figure {
  const { m, lang } = source
  const cell = tableOf(source.checked, 'cost', 'cost')?.cells[0]
  const shown = cell && !cell.hidden ? cell : null
  const total = shown ? figuresOf(shown, 'total')?.mean : null
  const rows: Row[] = (shown?.items ?? [])
    .filter((item) => item.item !== 'total')
    .map((item) => {
      const figures = item.hidden ? undefined : item.figures
      return {
        value: item.item,
        at: { item: item.item },
        n: item.hidden ? null : (shown?.n ?? null),
        years: shown?.personYears ?? null,
        ...bounds(figures, 'mean'),
        ratio: null,
        point: figures?.mean ?? null,
      }
    })
  const first = byValue(rows)[0]
  return {
    id: 'cost-by-item',
    section: 'costs',
    title:
      first?.point && total
        ? m.costByItem(
            label('item', first.value, lang),
            percent(first.point / total, lang),
            euros(total, lang),
          )
        : m.none,
    about: m.costByItemAbout,
    notes: [],
    draw: (width) =>
      dots(
        dotsOf(rows, 'item', (x) => euros(x, lang), source),
        { told: m.costByItemAbout, axis: m.columns.euros, format: (x) => count(x, lang), bars: true },
        width,
      ),
    table: intervalTable(rows, ['item'], { name: m.columns.euros, digits: 0, years: true }, source),
    n: linkedPatients(source),
    hidden: hiddenIn(rows),
    from: ['cost'],
    queries,
  }
}

function simple(
  source: Source,
  id: string,
  dimension: 'disease' | 'quintile' | 'region' | 'centre',
  rows: readonly Row[],
  title: string,
  about: string,
  notes: readonly string[],
): Figure {
  const { m, lang } = source
  return {
    id,
    section: 'costs',
    title,
    about,
    notes,
    draw: (width) =>
      dots(
        dotsOf(rows, dimension, (x) => euros(x, lang), source),
        { told: title, axis: m.columns.euros, format: (x) => count(x, lang) },
        width,
      ),
    table: intervalTable(rows, [dimension], { name: m.columns.euros, digits: 0, years: true }, source),
    n: linkedPatients(source),
    hidden: hiddenIn(rows),
    from: [`cost_by_${dimension}`],
    queries,
  }
}

const notEmpty = (rows: readonly Row[]): Row[] => rows.filter((row) => row.n !== 0)

function byDisease(source: Source): Figure {
  const { m, lang } = source
  const rows = byValue(notEmpty(costRows(source.checked, 'cost_by_disease', (at) => at.disease ?? '')))
  const [first, last] = ends(rows.filter((row) => row.value !== 'no-code')) ?? []
  const title =
    first && last
      ? m.costByDisease(
          label('disease', first.value, lang),
          label('disease', last.value, lang),
          apart(first.interval, last.interval),
        )
      : m.none
  return simple(source, 'cost-by-disease', 'disease', rows, title, m.costByDiseaseAbout, [])
}

function byQuintile(source: Source): Figure {
  const { m } = source
  const rows = notEmpty(costRows(source.checked, 'cost_by_quintile', (at) => at.quintile ?? ''))
  const ratio = rows.find((row) => row.value === '5')?.ratio ?? null
  const title = m.costByQuintile[directionOf(ratio)](ratio ?? { value: 1, low: 1, high: 1 })
  return simple(source, 'cost-by-quintile', 'quintile', rows, title, m.costByQuintileAbout, [])
}

function byPlace(source: Source, place: 'region' | 'centre'): Figure {
  const { m } = source
  const rows = notEmpty(costRows(source.checked, `cost_by_${place}`, (at) => at[place] ?? ''))
  const { told, out, expected } = standingOut(
    rows.filter((row) => row.value !== 'unknown' && row.n !== null).map((row) => row.ratio),
  )
  const about = place === 'region' ? m.costByRegionAbout : m.costByCentreAbout
  const title = told === 0 ? m.none : m.amongCosts(out, told, place)
  return simple(source, `cost-by-${place}`, place, rows, title, about, told > 5 ? [m.byChance(expected)] : [])
}

function crossed(source: Source, by: 'quintile' | 'region' | 'site'): Figure {
  const { m, lang } = source
  const name = `cost_by_block_by_${by}`
  const rows = notEmpty(costRows(source.checked, name, (at) => at.block ?? '')).filter(
    (row) => row.at[by] !== 'unknown' || row.n !== null,
  )
  const shown = rows.filter((row) => row.n !== null)
  const blocks = [...new Set(rows.map((row) => row.value))].sort(
    (a, b) => Number(a.startsWith('other:')) - Number(b.startsWith('other:')),
  )
  const columns = [...new Set(rows.map((row) => row.at[by] ?? ''))].filter((value) => value !== 'unknown')
  const short = by === 'quintile' ? 'quintileShort' : by
  const { out, told } = differing(shown.filter((row) => row.at[by] !== 'unknown'))
  const named = (block: string): string => label('block', block, lang)
  return {
    id: `cost-by-block-${by}`,
    section: 'costs',
    title: told === 0 ? m.none : m.matrixTitle(out, told, 'cost', by),
    about: m.costMatrixAbout(m.by[by]),
    notes: [m.apart],
    // A centre is a column too many for a page: its table says it.
    draw:
      columns.length > 7 || shown.length === 0
        ? null
        : (width) =>
            matrix(
              rows
                .filter((row) => blocks.includes(row.value) && row.at[by] !== 'unknown')
                .map((row) => ({
                  row: named(row.value),
                  column: label(short, row.at[by] ?? '', lang),
                  value: row.point,
                  says:
                    row.n === null
                      ? m.hiddenShort
                      : row.point === null
                        ? '–'
                        : count(Math.round(row.point / 10) * 10, lang),
                  hidden: row.n === null,
                })),
              {
                told: m.costMatrixAbout(m.by[by]),
                rows: blocks.map(named),
                columns: columns.map((c) => label(short, c, lang)),
              },
              width,
            ),
    table: intervalTable(rows, ['block', by], { name: m.columns.euros, digits: 0, years: true }, source),
    n: linkedPatients(source),
    hidden: hiddenIn(rows),
    from: [name],
    queries,
  }
}
