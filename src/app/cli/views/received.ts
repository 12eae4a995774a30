import type { CleaningReport, DeliveryReport } from '../../../sources/index.ts'
import type { Received } from '../../chain/model.ts'
import { count, euros, plural } from '../numbers.ts'
import { columns, dim, type Voice } from '../terminal.ts'

/** How many reasons and warnings are shown; all of them are in the files that are named. */
const SHOWN = 12

/** What a person is told of a delivery: what came in, what was set aside and why, what the rules take away. */
export function sayReceived({ say }: Voice, { delivery, cleaning, oppositions }: Received): void {
  sayRefused(say, delivery)
  saySetAside(say, delivery)
  sayWarnings(say, delivery)
  const { received, accepted, setAside } = delivery.total
  if (received.euros !== null)
    say(
      `  received ${count(received.rows)} rows, ${euros(received.euros)} = accepted ${count(accepted.rows)}, ${euros(accepted.euros ?? '0')} + set aside ${count(setAside.rows)}, ${euros(setAside.euros ?? '0')}`,
    )
  if (cleaning) sayCleaning(say, cleaning)
  if (oppositions)
    say(
      `  opposition list ${oppositions.version}: ${plural(oppositions.persons, 'record')} of persons who object`,
    )
}

type Say = Voice['say']

function sayRefused(say: Say, { refused }: DeliveryReport): void {
  for (const { file, says } of refused.slice(0, SHOWN)) say(`  ${file}  not taken: ${says}`)
  if (refused.length > SHOWN) say(`  … and ${count(refused.length - SHOWN)} more files that were not taken`)
}

function saySetAside(say: Say, { files }: DeliveryReport): void {
  for (const file of files.filter((one) => one.reasonCount > 0)) {
    for (const { row, column, value, reason } of file.reasons.slice(0, SHOWN))
      say(
        `  ${file.file}  row ${count(row)}  ${column}  ${value === null ? '' : `"${value}" `}${reason}`.trimEnd(),
      )
    if (file.reasonCount > SHOWN) say(`  … ${count(file.reasonCount - SHOWN)} more in ${file.file}`)
    if (file.quarantine !== undefined)
      say(dim(`  ${file.quarantine} holds them. Correct and send again: accepted rows are not read twice.`))
  }
}

function sayWarnings(say: Say, { files }: DeliveryReport): void {
  const told = files.flatMap((file) =>
    file.warnings.map(
      ({ kind, column, count: n, example }) =>
        `  ${file.file}  ${column ?? ''}  ${kind.replaceAll('-', ' ')}, ${plural(n, 'row')}${example === undefined ? '' : ` (as in "${example}")`}`,
    ),
  )
  for (const line of told.slice(0, SHOWN)) say(dim(line))
  if (told.length > SHOWN)
    say(dim(`  … and ${count(told.length - SHOWN)} more warnings (--json shows all of them)`))
}

function sayCleaning(say: Say, { losses, findings, residence }: CleaningReport): void {
  const hit = losses.filter((loss) => loss.rows > 0)
  if (hit.length > 0) {
    say('')
    say(
      columns([
        ['rule', 'table', 'does', 'rows', 'euros'],
        ...hit.map((loss) => [
          `${loss.rule} ${loss.title}`,
          loss.table,
          loss.does === 'drops' ? `drops for ${loss.purposes.join(', ')}` : loss.does,
          count(loss.rows),
          loss.euros === null ? '' : euros(loss.euros),
        ]),
      ]),
    )
  }
  say(
    `  residence: ${count(residence.placed)} of ${count(residence.persons)} persons have a commune at every date, ${count(residence.moved)} moved`,
  )
  for (const { table, says } of findings) say(`  note: ${table}: ${says}`)
}
