import type { CheckedSubmission } from '../../../spaces/index.ts'
import type { LinkResult } from '../../../identity/index.ts'
import { count, percent } from '../numbers.ts'
import { columns, type Voice } from '../terminal.ts'

const shownN = (cell: { hidden: boolean; n?: number } | undefined): string =>
  cell === undefined ? '' : cell.hidden ? 'hidden (rule of 11)' : count(cell.n ?? 0)

/** The linkage's report as the check let it out: each step's links, and how right the indirect stage was. */
export function sayLinked({ say }: Voice, { version, report }: LinkResult<CheckedSubmission>): void {
  const inclusion = report?.tables.find((table) => table.name === 'inclusion')
  if (inclusion?.kind === 'count')
    say(
      columns([
        ['outcome', 'patients'],
        ...inclusion.cells
          .filter(({ at }) => 'outcome' in at)
          .map((cell) => [cell.at['outcome'] as string, shownN(cell)]),
      ]),
    )
  const nir = report?.tables.find((table) => table.name === 'indirect_where_nir_tells')
  const cell = nir?.kind === 'count' ? nir.cells.find(({ at }) => at['nir'] === 'known in both') : undefined
  if (cell && !cell.hidden) {
    const { precision, precisionLow, precisionHigh, recall, recallLow, recallHigh } = cell.figures
    if (precision != null && recall != null)
      say(
        `  where the NIR tells (${count(cell.n)} patients): precision ${percent(precision)} [${percent(precisionLow ?? 0)}, ${percent(precisionHigh ?? 1)}], recall ${percent(recall)} [${percent(recallLow ?? 0)}, ${percent(recallHigh ?? 1)}]`,
      )
  }
  sayFalse(
    say,
    report?.tables.find((table) => table.name === 'false_matches'),
  )
  sayMethods(
    say,
    report?.tables.find((table) => table.name === 'methods'),
  )
  say(
    `  lake/links/${version}/report.json tells it by year, age, sex, département, region, deprivation and disease`,
  )
}

const ESTIMATORS = {
  Nir: 'the NIR',
  Decoys: 'decoys',
  Duplicates: 'duplicates',
  Controls: 'negative controls',
}

type Table = CheckedSubmission['tables'][number] | undefined

const figuresOf = (table: Table): Readonly<Record<string, number | null>> => {
  const cell = table?.kind === 'count' ? table.cells[0] : undefined
  return cell && !cell.hidden ? cell.figures : {}
}

/** The share of false links as each of four methods sees it. */
function sayFalse(say: Voice['say'], table: Table): void {
  const figures = figuresOf(table)
  const told = Object.entries(ESTIMATORS).flatMap(([name, by]) => {
    const [rate, low, high] = ['', 'Low', 'High'].map((end) => figures[`rate${name}${end}`])
    return rate == null || low == null || high == null
      ? []
      : [`${percent(rate, 2)} [${percent(low, 2)}, ${percent(high, 2)}] by ${by}`]
  })
  if (told.length > 0) say(`  false links, estimated: ${told.join('; ')}`)
}

function sayMethods(say: Voice['say'], table: Table): void {
  const { shareProbabilistic, shareLadder } = figuresOf(table)
  if (shareProbabilistic != null && shareLadder != null)
    say(
      `  linked without the NIR: ${percent(shareProbabilistic)} by weighing all evidence, ${percent(shareLadder)} down the ladder`,
    )
}
