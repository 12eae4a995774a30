import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ChainonError, partName, partsOf } from '../../base/index.ts'
import { openDuckDb } from '../duckdb/duckdb.ts'
import type { Engine, OnShare, Row } from '../engine.ts'
import type { Columns } from '../relation.ts'
import { type NameOf, render } from '../render.ts'
import type { Sql } from '../sql.ts'
import { TrinoQueryError } from './errors.ts'
import { located, type Place } from './places.ts'
import { type Column, pages, type Server } from './protocol.ts'
import { Scratch } from './scratch.ts'
import { trino } from './trino-dialect.ts'
import { decoder, plainType } from './values.ts'

export interface TrinoOptions extends Omit<Server, 'catalog'> {
  /** The folders that the cluster sees; the catalogue of the first holds what is kept for a while. */
  readonly places: readonly [Place, ...Place[]]
  /** The only tables that can be read, and only by queries: for work that was written by somebody else. */
  readonly onlyFiles?: readonly string[]
  /** Told when the engine is closed. */
  readonly onClose?: () => void
}

/**
 * A Trino cluster over the hub's own folders. Parquet is read where it stands, through tables of a scratch schema that
 * hold no data; what is written is a folder of parts. No value of this process is ever sent as a row: what a plan reads
 * stands in files.
 * @throws as `pages`
 */
export async function openTrino(options: TrinoOptions): Promise<Engine> {
  const server: Server = { ...options, catalog: options.places[0].catalog }
  const scratch = await Scratch.open(server, options.places)
  return new Trino(server, scratch, options)
}

class Trino implements Engine {
  readonly dialect = trino
  readonly #server: Server
  readonly #places: readonly Place[]
  readonly #scratch: Scratch
  readonly #only: ReadonlySet<string> | undefined
  readonly #onClose: (() => void) | undefined

  constructor(server: Server, scratch: Scratch, { places, onlyFiles, onClose }: TrinoOptions) {
    this.#server = server
    this.#places = places
    this.#scratch = scratch
    this.#only = onlyFiles && new Set(onlyFiles)
    this.#onClose = onClose
  }

  async table(paths: readonly string[], columns: Columns): Promise<string> {
    const foreign = this.#only && paths.find((path) => !this.#only?.has(path))
    if (foreign)
      throw new ChainonError('engine/not-a-query', `${basename(foreign)} may not be read from here`)
    const byFolder = new Map<string, string[]>()
    for (const path of paths) {
      const folder = (await isFolder(path)) ? path : dirname(path)
      const files = byFolder.get(folder) ?? []
      if (folder !== path) files.push(basename(path))
      byFolder.set(folder, files)
    }
    const names = Object.keys(columns).map(trino.quoteName).join(', ')
    const each = await Promise.all(
      [...byFolder].map(async ([folder, files]) => {
        const { place, location } = located(this.#places, join(folder, '.'))
        const called = await this.#scratch.over(place, location, columns)
        // Beside it stand tables of other columns: only these files are opened.
        const only = files.map((file) => trino.quoteValue(`${location}/${file}`)).join(', ')
        return files.length === 0
          ? `select ${names} from ${called}`
          : `select ${names} from ${called} where "$path" in (${only})`
      }),
    )
    return `(${each.join(' union all ')})`
  }

  /** Where only some tables may be read, the cluster itself says which ones a query reads. */
  async #admit(query: string): Promise<void> {
    if (!this.#only) return
    if (callsTableFunction(query))
      throw new ChainonError('engine/not-a-query', 'a table function is no table of this space')
    const plan = await this.#ask<{ 'Query Plan': string }>(
      `explain (type io, format json) select * from (\n${query}\n) as admitted`,
    )
    const read = JSON.parse(plan[0]?.['Query Plan'] ?? '{}') as IoPlan
    const tables = (read.inputTableColumnInfos ?? []).map(
      ({ table: { catalog, schemaTable } }) => `${catalog}.${schemaTable.schema}.${schemaTable.table}`,
    )
    if (read.outputTable !== undefined || tables.some((table) => !this.#scratch.has(table)))
      throw new ChainonError('engine/not-a-query', 'only a query over the tables of this space runs here')
  }

  async #ask<T>(query: string): Promise<T[]> {
    const all: T[] = []
    for await (const batch of this.#read<T>(query)) all.push(...batch)
    return all
  }

  #text(query: Sql | string, nameOf: NameOf): string {
    return typeof query === 'string' ? query : render(query, trino, nameOf)
  }

  async run(statement: Sql | string, nameOf: NameOf = unbound): Promise<void> {
    if (this.#only) throw new ChainonError('engine/not-a-query', 'only queries run here')
    for await (const page of pages(this.#server, this.#text(statement, nameOf))) void page
  }

  async rows<T = Row>(query: Sql | string, nameOf: NameOf = unbound): Promise<T[]> {
    const all: T[] = []
    for await (const batch of this.stream<T>(query, nameOf)) all.push(...batch)
    return all
  }

  async *stream<T = Row>(query: Sql | string, nameOf: NameOf = unbound): AsyncGenerator<T[]> {
    const text = this.#text(query, nameOf)
    await this.#admit(text)
    yield* this.#read<T>(text)
  }

  async *#read<T>(text: string): AsyncGenerator<T[]> {
    let columns: readonly Column[] = []
    let decoders: ReturnType<typeof decoder>[] = []
    for await (const page of pages(this.#server, text)) {
      if (page.columns && columns.length === 0) {
        columns = page.columns
        decoders = columns.map(decoder)
      }
      if (!page.data || page.data.length === 0) continue
      yield page.data.map((values) => {
        const row: Row = {}
        columns.forEach((column, index) => {
          row[column.name] = decoders[index]?.(values[index])
        })
        return row as T
      })
    }
  }

  async describe(query: string): Promise<{ name: string; type: string }[]> {
    for await (const { columns } of pages(this.#server, `select * from (\n${query}\n) as described limit 0`))
      if (columns) return columns.map(({ name, type }) => ({ name, type: plainType(type) }))
    return []
  }

  async writeParquet(query: string, path: string, onShare?: OnShare): Promise<number> {
    if (this.#only) throw new ChainonError('engine/not-a-query', 'nothing is written from here')
    const { place, location } = located(this.#places, path)
    const rows = await this.#scratch.write(place, location, query, onShare).catch((error: unknown) => {
      if (!isWithoutRows(error)) throw error
      return 0
    })
    await mkdir(path, { recursive: true })
    await nameParts(path)
    if ((await partsOf(path)).length === 0) await writeNothing(path, await this.describe(query))
    return rows
  }

  async stage(query: string): Promise<string> {
    await this.#admit(query)
    return this.#scratch.keep(query)
  }

  async close(): Promise<void> {
    await this.#scratch.close()
    this.#onClose?.()
  }
}

/** The plan does not tell of those. Texts, quoted names and comments are no part of what is called. */
const callsTableFunction = (query: string): boolean =>
  /\btable\s*\(/i.test(query.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, ' '))

/** What `explain (type io)` says of the tables that a statement reads and writes. */
interface IoPlan {
  readonly inputTableColumnInfos?: readonly {
    readonly table: {
      readonly catalog: string
      readonly schemaTable: { readonly schema: string; readonly table: string }
    }
  }[]
  readonly outputTable?: unknown
}

/** Without a row nothing is written, so that the table's folder is missed when the table is entered. */
const isWithoutRows = (error: unknown): boolean =>
  error instanceof TrinoQueryError && error.message === 'External table location does not exist'

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

/** The cluster names parts by query and chance. */
async function nameParts(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort()
  for (const [index, name] of names.entries()) await rename(join(folder, name), join(folder, partName(index)))
}

/** A table without rows has no part on a cluster; a reader must find its columns all the same. */
async function writeNothing(
  folder: string,
  columns: readonly { name: string; type: string }[],
): Promise<void> {
  const engine = await openDuckDb({ threads: 1 })
  try {
    const nothing = columns.map(
      ({ name, type }) => `cast(null as ${type.replace(/^array\((.*)\)$/, '$1[]')}) as "${name}"`,
    )
    await engine.writeParquet(`select ${nothing.join(', ')} where false`, join(folder, partName(0)))
  } finally {
    await engine.close()
  }
}

const unbound: NameOf = (relation) => {
  throw new ChainonError('engine/unbound', `${relation.name} is not bound to any file here`)
}
