import { count, percent } from '../../page/index.ts'
import { dots } from './draw/dots.ts'
import { byValue } from './figures-common.ts'
import type { Figure, Source } from './figure.ts'
import { label } from './labels.ts'
import { hiddenIn, type Row, tableOf } from './tables.ts'

/** Who is in the study. */
export function patientFigures(source: Source): Figure[] {
  return [byGroup(source), byDisease(source), byOthers(source)]
}

export function countRows(source: Source, dimension: string): Row[] {
  const name = dimension === '' ? 'patients' : `patients_by_${dimension}`
  return (tableOf(source.checked, 'count', name)?.cells ?? []).map((cell) => ({
    value: cell.at[dimension] ?? '',
    at: cell.at,
    n: cell.hidden ? null : cell.n,
    years: null,
    interval: null,
    low: null,
    high: null,
    ratio: null,
    point: cell.hidden ? null : cell.n,
  }))
}

/** All patients, null when even that is hidden. */
export const everybody = (source: Source): number | null => countRows(source, '')[0]?.n ?? null

/** Groups and diseases are counted among the linked. */
const linked = (source: Source): number | null =>
  countRows(source, 'linked').find((row) => row.value === 'yes')?.n ?? null

function byGroup(source: Source): Figure {
  const { m, lang } = source
  const rows = byValue(countRows(source, 'group'))
  const all = linked(source)
  const first = rows.find((row) => row.n !== null && row.value !== 'no-code')
  return {
    id: 'patients-by-group',
    section: 'patients',
    title:
      first && all
        ? m.patientsByGroup(
            label('group', first.value, lang),
            count(first.n ?? 0, lang),
            percent((first.n ?? 0) / all, lang),
          )
        : m.none,
    about: m.patientsByGroupAbout,
    notes: [],
    draw: bars(rows, 'group', m.patientsByGroupAbout, source),
    table: countTable(rows, 'group', source),
    n: all,
    hidden: hiddenIn(rows),
    from: ['patients_by_group'],
    queries: ['patients'],
  }
}

/** Counts as bars from zero. */
function bars(
  rows: readonly Row[],
  dimension: 'group' | 'disease',
  told: string,
  { m, lang }: Source,
): NonNullable<Figure['draw']> {
  const lines = rows.map((row) => ({
    label: label(dimension, row.value, lang),
    value: row.n,
    low: null,
    high: null,
    says: row.n === null ? m.hidden : count(row.n, lang),
    hidden: row.n === null,
  }))
  return (width) =>
    dots(lines, { told, axis: m.columns.patients, format: (x) => count(x, lang), bars: true }, width)
}

function countTable(
  rows: readonly Row[],
  dimension: 'group' | 'disease',
  { m, lang }: Source,
): Figure['table'] {
  return {
    columns: [
      { name: m.columns[dimension], numeric: false },
      ...(dimension === 'disease' ? [{ name: m.columns.orpha, numeric: false }] : []),
      { name: m.columns.patients, numeric: true },
    ],
    rows: rows.map((row) => [
      label(dimension, row.value, lang),
      ...(dimension === 'disease' ? [row.value.startsWith('ORPHA:') ? row.value : '–'] : []),
      row.n === null ? null : count(row.n, lang),
    ]),
    data: rows.map((row) => [row.value, ...(dimension === 'disease' ? [row.value] : []), row.n ?? 'hidden']),
  }
}

function byDisease(source: Source): Figure {
  const { m, lang } = source
  const rows = byValue(countRows(source, 'disease'))
  const shown = rows.filter((row) => row.n !== null && row.value !== 'no-code').length
  return {
    id: 'patients-by-disease',
    section: 'patients',
    title: m.patientsByDisease(count(shown, lang)),
    about: m.patientsByDiseaseAbout,
    notes: [],
    draw: bars(rows, 'disease', m.patientsByDiseaseAbout, source),
    table: countTable(rows, 'disease', source),
    n: linked(source),
    hidden: hiddenIn(rows),
    from: ['patients_by_disease'],
    queries: ['patients'],
  }
}

function byOthers(source: Source): Figure {
  const { m, lang } = source
  const dimensions = [
    'sex',
    'age',
    'quintile',
    'region',
    'centre',
    'label',
    'linked',
    'delay',
    'contact',
  ] as const
  const rows = dimensions.flatMap((dimension) =>
    countRows(source, dimension)
      .filter((row) => row.n !== 0)
      .map((row) => ({ ...row, dimension })),
  )
  return {
    id: 'patients-by-others',
    section: 'patients',
    title: m.patientsTable,
    about: m.patientsTableAbout,
    notes: [],
    draw: null,
    table: {
      columns: [
        { name: m.columns.dimension, numeric: false },
        { name: m.columns.value, numeric: false },
        { name: m.columns.patients, numeric: true },
      ],
      rows: rows.map((row) => [
        m.columns[row.dimension],
        label(row.dimension, row.value, lang),
        row.n === null ? null : count(row.n, lang),
      ]),
      data: rows.map((row) => [row.dimension, row.value, row.n ?? 'hidden']),
    },
    n: everybody(source),
    hidden: hiddenIn(rows),
    from: dimensions.map((dimension) => `patients_by_${dimension}`),
    queries: ['patients'],
  }
}
