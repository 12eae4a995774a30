import { readdir } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { tableNamed, tablesOfSource } from '../tables.ts'
import type { Delivered, RefusedFile } from './model.ts'

/** A file of a delivery whose name says which table it holds. */
export interface Recognised {
  /** Path inside the delivery. */
  readonly file: string
  readonly path: string
  readonly table: string
  readonly period: number
  readonly part: number
  readonly format: 'csv' | 'parquet'
  /** False when the table is cut by year or flow and the name does not say which. */
  readonly dated: boolean
}

const FORMATS: Readonly<Record<string, 'csv' | 'parquet'>> = {
  csv: 'csv',
  txt: 'csv',
  tsv: 'csv',
  dat: 'csv',
  'csv.gz': 'csv',
  'txt.gz': 'csv',
  'tsv.gz': 'csv',
  parquet: 'parquet',
  pq: 'parquet',
}

/** The files of a folder and of all below it, in order of name. Hidden files are nobody's. */
export async function recogniseFolder(
  source: Delivered,
  dir: string,
): Promise<{ recognised: Recognised[]; refused: RefusedFile[] }> {
  const recognised: Recognised[] = []
  const refused: RefusedFile[] = []
  for (const path of await filesOf(dir)) {
    const file = relative(dir, path)
    const found = recogniseFile(source, file, basename(resolve(dir)))
    if ('why' in found) {
      refused.push(found)
      continue
    }
    const overlap = recognised.find((one) => overlaps(source, one, found))
    const same = recognised.find((one) => sameSlot(one, found))
    if (overlap) refused.push({ file, why: 'twice', says: overlapSays(source, found, overlap) })
    else if (same) refused.push({ file, why: 'twice', says: sameSays(source, found, same) })
    else recognised.push({ ...found, path })
  }
  return { recognised, refused }
}

type Slot = Pick<Recognised, 'table' | 'period' | 'part'>

/** Does one file hold what the other does, so that of the two only one can be kept? */
export const sameSlot = (one: Slot, other: Slot): boolean =>
  one.table === other.table && one.period === other.period && one.part === other.part

/** Is one a month of the other's year, or a year of the other's whole table? */
export function overlaps(source: Delivered, one: Slot, other: Slot): boolean {
  if (one.table !== other.table || one.period === other.period) return false
  const [wider, narrower] = [one.period, other.period].sort((a, b) => a - b) as [number, number]
  return wider === 0 ? isWhole(source, one.table) : yearOfPeriod(narrower) === wider
}

/**
 * Does a delivery bring one file where numbered parts were received before, or numbered parts of what came in one file? A
 * part that comes with the number 0 (`part-00000`) is no other than a file without one.
 * @param delivered all files of the delivery, `one` among them
 */
export function cutOtherwise(one: Slot, delivered: readonly Slot[], earlier: readonly Slot[]): boolean {
  const isOfSame = (other: Slot): boolean => other.table === one.table && other.period === one.period
  const [now, before] = [delivered, earlier].map((files) => files.filter(isOfSame).map(({ part }) => part))
  const isOne = (parts: readonly number[] = []): boolean => parts.length === 1 && parts[0] === 0
  const isWithout = (parts: readonly number[] = []): boolean => parts.length > 0 && !parts.includes(0)
  return (isOne(now) && isWithout(before)) || (isWithout(now) && isOne(before))
}

const isWhole = (source: Delivered, table: string): boolean => tableNamed(source, table).cut === 'whole'

const overlapSays = (source: Delivered, { table }: Slot, other: Recognised): string =>
  isWhole(source, table)
    ? `and ${other.file} are all of ${table} and a year of it: the same rows would count twice. Send it whole or in years`
    : `and ${other.file} are a year and a month of it: the same rows would count twice. Send the year whole or in months`

function sameSays(source: Delivered, { table, period }: Slot, other: Recognised): string {
  const name = period === 0 ? table : `${table}_${period}`
  const years = tableNamed(source, table).alsoByYear
    ? `, or by their years ${table}_2018, ${table}_2019 …`
    : ''
  return `holds the same table, period and part as ${other.file}. Leave out the one that is an older copy; if they are parts, name them ${name}-1, ${name}-2 …${years}`
}

const yearOfPeriod = (period: number): number => (period > 9999 ? Math.floor(period / 100) : period)

async function filesOf(dir: string): Promise<string[]> {
  const files: string[] = []
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) await visit(path)
      else files.push(path)
    }
  }
  await visit(dir)
  return files
}

/**
 * The table, period and part that a file's name tells: `ER_PRS_F_2019-2.csv`, `T_MCO19B.parquet`, `ir_ben_r.CSV`. What
 * the name leaves open its folders may tell: `2019/T_MCO_C.csv`, `ER_PRS_F/year=2019/part-00000.parquet`.
 * @param within name of the folder that was delivered: its year is the last to be believed
 */
export function recogniseFile(
  source: Delivered,
  file: string,
  within = '',
): Omit<Recognised, 'path'> | RefusedFile {
  const folders = file.split(/[/\\]/)
  const name = (folders.pop() ?? file).trim()
  const [, stem, extension] = EXTENSION.exec(name) ?? []
  const format = FORMATS[(extension ?? '').toLowerCase()]
  if (!stem || !format) return { file, why: 'unknown-format', says: `is neither CSV nor Parquet: ${name}` }
  const nearest = folders.reverse()
  const told = tableIn(source, plain(stem)) ?? pieceOf(source, plain(stem), nearest)
  if (!told)
    return { file, why: 'unknown-table', says: `is no table that ${source} is known to have: ${stem}` }
  return { file, format, ...dated(source, told, [...nearest, within]) }
}

/** A compression between stem and ending (`.snappy.parquet`) says nothing: the file itself does. */
const EXTENSION = /^(.+?)(?:\.(?:snappy|gz|zstd|lz4|brotli))?\.((?:csv|txt|tsv)\.gz|[^.]+)$/i
const plain = (name: string): string => name.trim().toUpperCase().replaceAll(' ', '_')

interface Told {
  readonly table: string
  /** 0 where it is not told. */
  readonly period: number
  readonly part: number
}

/** The end of a name that numbers a part: `-2`, `_2`, `_part2`, `.part-002`, ` (2)`. */
const PART = /^(.+?)[-._]*(?:[-._]|[-._]P(?:AR)?T(?:IE)?[-._]*|\()0*(\d{1,3})\)?$/

function tableIn(source: Delivered, stem: string): Told | undefined {
  const whole = named(source, stem)
  if (whole) return { ...whole, part: 0 }
  const [, body, part] = PART.exec(stem) ?? []
  const found = body === undefined ? undefined : named(source, body)
  return found && { ...found, part: Number(part) }
}

/** A file that its folder names: `ER_PRS_F/part-00003-….parquet`, `ER_PRS_F.parquet/3.parquet`, `ER_PRS_F/201903.csv`. */
function pieceOf(source: Delivered, stem: string, nearest: readonly string[]): Told | undefined {
  const [, period, part] =
    /^(?:((?:19|20)\d{2}(?:[-_]?(?:0[1-9]|1[0-2]))?)|(?:P(?:AR)?T[-._]*)?0*(\d{1,3})(?:[-_.].*)?)$/.exec(
      stem,
    ) ?? []
  if (period === undefined && part === undefined) return undefined
  for (const folder of nearest) {
    const found = tableIn(source, plain(folder.replace(/\.(parquet|csv)$/i, '')))
    if (!found) continue
    const own = period === undefined ? found.period : Number(period.replace(/\D/g, ''))
    const flow = tableNamed(source, found.table).cut === 'flow'
    return {
      table: found.table,
      period: flow ? own : yearOfPeriod(own),
      part: Number(part ?? 0),
    }
  }
  return undefined
}

/** The period of a file, from its folders where its name tells none: `2019`, `year=2019`, `PMSI_2019`, `201903`. */
function dated(source: Delivered, told: Told, nearest: readonly string[]): Told & Pick<Recognised, 'dated'> {
  const { cut, alsoByYear } = tableNamed(source, told.table)
  // A year among the folders says when the table was extracted, and not that it was cut.
  if (cut === 'whole') return { ...told, period: alsoByYear ? yearOfPeriod(told.period) : 0, dated: true }
  if (told.period > 0) return { ...told, dated: true }
  for (const folder of nearest) {
    const [, year, month] = /^(?:.*\D)?((?:19|20)\d{2})[-_]?(0[1-9]|1[0-2])?(?:\D.*)?$/.exec(folder) ?? []
    if (year === undefined) continue
    return { ...told, period: Number(cut === 'flow' ? `${year}${month ?? ''}` : year), dated: true }
  }
  return { ...told, dated: false }
}

function named(source: Delivered, body: string): Omit<Told, 'part'> | undefined {
  const tables = tablesOfSource[source]
  // Longest names first: T_MCO_CSTC before T_MCO_C.
  const names = Object.keys(tables).sort((a, b) => b.length - a.length)
  for (const table of names) {
    const period = tables[table]?.cut === 'year' ? yearOf(table, body) : periodAfter(table, body)
    if (period !== undefined) return { table, period }
  }
  return undefined
}

/** `T_MCO19B`, `T_MCO2019B`, `T_MCO_19_B`, `T_MCO_B_2019`; `T_MCOaaB` names no year: 0. */
function yearOf(table: string, body: string): number | undefined {
  const [, stem = '', suffix = ''] = /^(.+)_([^_]+)$/.exec(table) ?? []
  const official = new RegExp(`^${stem}_?(AA|\\d{2}|(?:19|20)\\d{2})_?${suffix}$`).exec(body)?.[1]
  const after = new RegExp(`^${stem}_?${suffix}(?:_((?:19|20)\\d{2}|\\d{2}|AA))?$`).exec(body)
  if (official === undefined && !after) return undefined
  const digits = official ?? after?.[1] ?? 'AA'
  if (digits === 'AA') return 0
  return digits.length === 4 ? Number(digits) : 2000 + Number(digits)
}

/** `ER_PRS_F`, `ER_PRS_F_2019`, `ER_PRS_F_201903`, `ER_PRS_F_2019_03`, `ER_PRS_F_20190301`. */
function periodAfter(table: string, body: string): number | undefined {
  if (body === table) return 0
  const found = new RegExp(`^${table}[-_.]?((?:19|20)\\d{2})(?:_?(0[1-9]|1[0-2])(?:_?[0-3]\\d)?)?$`).exec(
    body,
  )
  return found ? Number(`${found[1]}${found[2] ?? ''}`) : undefined
}
