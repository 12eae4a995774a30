import { createReadStream } from 'node:fs'
import type { DuckDb } from '../../engine/index.ts'
import { count, fileOf, quoted } from './new-ids.ts'

/** A hub id: 128 bits in base32. */
const LENGTH = 26
const RUN = /[A-Z2-7]{26,}/g

/** An old id that still stands somewhere: where, and how often. Never which. */
export interface Left {
  readonly column: string
  readonly n: number
}

/** Old ids in any column of text of a Parquet file, alone or within something longer. */
export async function oldIdsInTable(engine: DuckDb, path: string): Promise<Left[]> {
  const from = fileOf(path)
  const texts = (await engine.describe(`select * from ${from}`))
    .filter(({ type }) => /VARCHAR|BLOB|JSON/.test(type))
    .map(({ name }) => ({ name, text: `cast(t.${quoted(name)} as varchar)` }))
  if (texts.length === 0) return []
  // Most columns are codes, in which there is no room for an id: all are asked at once.
  const [longest] = await engine.rows<Record<string, bigint | null>>(
    `select ${texts.map(({ text }, nth) => `max(length(${text})) as c${nth}`).join(', ')} from ${from} t`,
  )
  const found: Left[] = []
  for (const [nth, { name, text }] of texts.entries()) {
    const room = Number(longest?.[`c${nth}`] ?? 0)
    if (room < LENGTH) continue
    const whole = `select count(*) as n from ${from} t join renamed r on r.old = ${text} where length(${text}) = ${LENGTH}`
    const within = `
      select count(*) as n from (
        select unnest(range(1, length(run) - ${LENGTH - 2})) as place, run from (
          select unnest(regexp_extract_all(${text}, '${RUN.source}')) as run from ${from} t
          where length(${text}) > ${LENGTH}
        )
      ) w join renamed r on r.old = substr(w.run, w.place, ${LENGTH})`
    const n = (await count(engine, whole)) + (room > LENGTH ? await count(engine, within) : 0)
    if (n > 0) found.push({ column: name, n })
  }
  return found
}

/** Old ids in the bytes of a file that is no table: JSON, a page, a log. Read as a stream. */
export async function oldIdsInText(engine: DuckDb, path: string): Promise<number> {
  const places = new Map<string, number>()
  let carried = ''
  let found = 0
  const ask = async (): Promise<void> => {
    if (places.size === 0) return
    await engine.load(
      'places',
      { id: 'varchar' },
      [...places.keys()].map((id) => [id]),
    )
    found += await count(engine, 'select count(*) as n from places p join renamed r on r.old = p.id')
    places.clear()
  }
  const take = async (text: string): Promise<void> => {
    for (const [run] of text.matchAll(RUN))
      for (let at = 0; at + LENGTH <= run.length; at += 1) places.set(run.slice(at, at + LENGTH), 1)
    if (places.size > 100_000) await ask()
  }
  for await (const chunk of createReadStream(path, { encoding: 'latin1' })) {
    const text = carried + String(chunk)
    // A run may go on in the next piece: its last letters are read again with it.
    carried = text.slice(-(LENGTH - 1))
    await take(text)
  }
  await ask()
  return found
}
