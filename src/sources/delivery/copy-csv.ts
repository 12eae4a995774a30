import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { writeAtomically } from '../../base/index.ts'
import { ROW } from './accepted-rows.ts'
import { eachRecord, fieldsOf, textOf } from './csv-records.ts'
import type { CsvShape } from './scan-csv.ts'

/**
 * Writes a copy of a CSV file that can be read in one way only: UTF-8, `;`, quotes where needed, the row's number
 * first. Rows with the wrong number of fields are left out; their numbers stay free.
 */
export async function copyCsv(file: CsvShape, to: string): Promise<void> {
  const out = new Set(file.misshapen.map((one) => one.row))
  const width = file.header.length
  await writing(to, async (write) => {
    write(`${[ROW, ...file.header].map(quoteField).join(';')}\n`)
    await eachRecord(file, (bytes, number) => {
      if (number === 0 || out.has(number)) return undefined
      const fields = fieldsOf(textOf(bytes, file.encoding), file.separator)
      if (fields.length > width) fields.length = width
      write(`${number};${fields.map(quoteField).join(';')}\n`)
      return undefined
    })
  })
}

/** Writes the header and the named rows of a CSV file as they were received, byte for byte. */
export async function copyRecords(file: CsvShape, rows: ReadonlySet<number>, to: string): Promise<void> {
  await writing(to, async (write) => {
    await eachRecord(file, (bytes, number) => {
      if (number === 0 || rows.has(number)) write(Buffer.concat([bytes, Buffer.from('\n')]))
      return undefined
    })
  })
}

/** A field in quotes where a reader could otherwise take a part of it for something else. */
export const quoteField = (text: string): string =>
  /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

async function writing(
  to: string,
  fill: (write: (piece: string | Buffer) => void) => Promise<void>,
): Promise<void> {
  await writeAtomically(to, async (temporary) => {
    const stream = createWriteStream(temporary, { highWaterMark: 1 << 22 })
    let pending: Buffer[] = []
    let size = 0
    const flush = () => {
      stream.write(Buffer.concat(pending))
      pending = []
      size = 0
    }
    await fill((piece) => {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece)
      pending.push(bytes)
      size += bytes.length
      if (size > 1 << 20) flush()
    })
    flush()
    stream.end()
    await once(stream, 'finish')
  })
}
