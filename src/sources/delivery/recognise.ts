import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { tablesOfSource } from '../tables.ts'
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
  parquet: 'parquet',
  pq: 'parquet',
}

/** The files of a folder and of its folders, one level down, in order of name. Hidden files are nobody's. */
export async function recogniseFolder(
  source: Delivered,
  dir: string,
): Promise<{ recognised: Recognised[]; refused: RefusedFile[] }> {
  const recognised: Recognised[] = []
  const refused: RefusedFile[] = []
  const slots = new Map<string, string>()
  for (const path of await filesOf(dir)) {
    const file = relative(dir, path)
    const found = recogniseFile(source, file)
    if ('why' in found) {
      refused.push(found)
      continue
    }
    const slot = `${found.table}|${found.period}|${found.part}`
    const other = slots.get(slot)
    if (other !== undefined) {
      refused.push({
        file,
        why: 'twice',
        says: `holds the same table, period and part as ${other}; name parts ${found.table}_PERIOD-1, ${found.table}_PERIOD-2 …`,
      })
      continue
    }
    slots.set(slot, file)
    recognised.push({ ...found, path })
  }
  return { recognised, refused }
}

async function filesOf(dir: string): Promise<string[]> {
  const files: string[] = []
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (depth === 0) await visit(path, 1)
      } else files.push(path)
    }
  }
  await visit(dir, 0)
  return files
}

/** The table, period and part that a file's name tells: `ER_PRS_F_2019-2.csv`, `T_MCO19B.parquet`, `ir_ben_r.CSV`. */
export function recogniseFile(source: Delivered, file: string): Omit<Recognised, 'path'> | RefusedFile {
  const name = (file.split(/[/\\]/).at(-1) ?? file).trim()
  const [, stem, extension] = /^(.+?)\.((?:csv|txt)\.gz|[^.]+)$/i.exec(name) ?? []
  const format = FORMATS[(extension ?? '').toLowerCase()]
  if (!stem || !format) return { file, why: 'unknown-format', says: `is neither CSV nor Parquet: ${name}` }
  const told = tableIn(source, stem.trim().toUpperCase().replaceAll(' ', '_'))
  if (!told)
    return { file, why: 'unknown-table', says: `is no table that ${source} is known to have: ${stem}` }
  return { file, format, ...told }
}

type Told = Pick<Recognised, 'table' | 'period' | 'part' | 'dated'>

function tableIn(source: Delivered, stem: string): Told | undefined {
  const tables = tablesOfSource[source]
  const [, body = stem, partText] = /^(.+?)-(\d{1,3})$/.exec(stem) ?? []
  const part = partText === undefined ? 0 : Number(partText)
  // Longest names first: T_MCO_CSTC before T_MCO_C.
  const names = Object.keys(tables).sort((a, b) => b.length - a.length)
  for (const table of names) {
    const cut = tables[table]?.cut
    const told = cut === 'year' ? yearOf(table, body) : periodAfter(table, body)
    if (told === undefined) continue
    const period = cut === 'whole' ? 0 : told
    return { table, period, part, dated: cut === 'whole' || period > 0 }
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
  const found = new RegExp(`^${table}_?((?:19|20)\\d{2})_?(0[1-9]|1[0-2])?(?:[0-3]\\d)?$`).exec(body)
  return found ? Number(`${found[1]}${found[2] ?? ''}`) : undefined
}
