import type { Denial } from '../../base/index.ts'
import { FIGURE_STEMS, type Figures, type Submission } from '../output-model.ts'

/** FINESS numbers, encrypted or plain person numbers, ids of the space: nothing of the kind is a value to show. */
const IDENTIFYING: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a FINESS number', pattern: /(^|[^0-9])(\d{9}|\d[AB]\d{7}|2[AB]\d{7})([^0-9]|$)/i },
  {
    what: 'a NIR',
    pattern: /(^|[^0-9])[1-478][ ]?\d{2}[ ]?\d{2}[ ]?(\d{2}|2[AB])[ ]?\d{3}[ ]?\d{3}([ ]?\d{2})?([^0-9]|$)/i,
  },
  { what: 'a number of the space', pattern: /(^|[^0-9])\d{12,}([^0-9]|$)/ },
  {
    what: 'a pseudonym',
    pattern: /(^|[^A-Za-z0-9])(?=[A-Z2-7]*\d)(?=[A-Z2-7]*[A-Z])[A-Z2-7]{17,}([^A-Za-z0-9]|$)/,
  },
  {
    what: 'the name of an establishment',
    pattern:
      /\b(CHU|CHRU|AP-?HP|AP-?HM|HCL)\b|\b([Hh][oôÔ]pital|HOPITAL|[Cc]entre [Hh]ospitalier|CENTRE HOSPITALIER|([Pp]oly)?[Cc]linique|CLINIQUE|[Hh]ospital) (d[eu]s? |d'|l'|[Ss](ain)?te? |[A-ZÉ])/,
  },
]

/**
 * What makes a submission refused as a whole, whatever its numbers: values that name an establishment or a
 * person, figures that are a minimum, a maximum or a count, and numbers that contradict each other.
 */
export function canCheck(submission: Submission): Denial[] {
  const denials: Denial[] = []
  const look = (where: string, text: string) => {
    const hit = IDENTIFYING.find(({ pattern }) => pattern.test(text))
    if (hit) denials.push({ code: 'disclosure/identifying', where, what: hit.what })
  }
  look('study', submission.study)
  for (const [name, { values }] of Object.entries(submission.dimensions)) {
    look(`dimension ${name}`, name)
    for (const value of values) look(`dimension ${name}`, value)
  }
  const names = new Set<string>()
  for (const table of submission.tables) {
    const where = `table ${table.name}`
    look(where, table.name)
    if (names.has(table.name)) denials.push({ code: 'disclosure/same-name', where })
    names.add(table.name)
    if (!/^[a-z][a-z0-9_-]*$/.test(table.name)) denials.push({ code: 'disclosure/table-name', where })
    if (table.kind === 'flow') {
      denials.push(...coordinates(submission, where, [table.at]))
      for (const flow of table.flows) {
        look(where, flow.from)
        look(where, flow.to)
      }
      denials.push(...numbers(where, [table.n, ...table.flows.map((flow) => flow.n)]))
      continue
    }
    const cells = table.kind === 'survival' ? table.curves : table.cells
    denials.push(
      ...coordinates(
        submission,
        where,
        cells.map((cell) => cell.at),
      ),
    )
    denials.push(
      ...numbers(
        where,
        cells.map((cell) => cell.n),
      ),
    )
    if (table.kind === 'cost')
      for (const cell of table.cells)
        for (const { item, figures, contributors } of cell.items) {
          look(where, item)
          denials.push(...badFigures(where, figures), ...numbers(where, [contributors]))
        }
    else
      for (const cell of cells)
        if ('figures' in cell && cell.figures) denials.push(...badFigures(where, cell.figures))
    if (table.kind === 'survival')
      for (const curve of table.curves)
        denials.push(
          ...numbers(
            where,
            curve.steps.flatMap((step) => [step.atRisk, step.events, step.censored]),
          ),
        )
  }
  return denials
}

/** Is this a name that a figure may have? */
export function isFigureName(name: string): boolean {
  return (
    FIGURE_STEMS.some(
      (stem) => name.startsWith(stem) && /^([A-Z0-9][A-Za-z0-9]*)?$/.test(name.slice(stem.length)),
    ) && !/(^|[a-z])(min|max|Min|Max)(imum)?([A-Z0-9]|$)/.test(name)
  )
}

const badFigures = (where: string, figures: Figures): Denial[] =>
  Object.keys(figures)
    .filter((name) => !isFigureName(name))
    .map((figure) => ({ code: 'disclosure/figure', where, figure }))

function coordinates(
  { dimensions }: Submission,
  where: string,
  ats: readonly Readonly<Record<string, string>>[],
): Denial[] {
  const denials: Denial[] = []
  for (const at of ats)
    for (const [dimension, value] of Object.entries(at))
      if (!dimensions[dimension]?.values.includes(value))
        denials.push({ code: 'disclosure/unknown-value', where, dimension, value })
  return denials.slice(0, 5)
}

const numbers = (where: string, counts: readonly number[]): Denial[] =>
  counts.every((n) => Number.isSafeInteger(n) && n >= 0) ? [] : [{ code: 'disclosure/not-a-count', where }]
