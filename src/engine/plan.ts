import { join } from 'node:path'
import { ChainonError, partName, sha256, sizeOf, writeAtomically } from '../base/index.ts'
import type { Engine, Row } from './engine.ts'
import type { Ledger } from './ledger.ts'
import type { Columns, Relation, Step, Table } from './relation.ts'
import { fingerprint, sharedSteps, statement, tablesOf } from './render.ts'

export interface Written {
  readonly step: string
  readonly path: string
  readonly rows: number
  readonly seconds: number
  /** True when the ledger already held it and nothing was run. */
  readonly skipped: boolean
}

export interface PlanOptions {
  /** Without a ledger every step is run each time. */
  ledger?: Ledger
  /** Called when a step begins, as it goes on where the engine tells how far it is, and when it has been written. */
  onStep?: (event: { step: string; share?: number; written?: Written }) => void
}

/** Where a relation stands: what it holds, its files, and how the engine calls it once it was asked. */
interface Bound {
  readonly key: string
  readonly paths?: readonly string[]
  readonly from?: string
}

/**
 * Runs steps on an engine. Tables are bound to files; a step that was written is read from its file from then
 * on; a step that was not is inlined where it is read. So the same graph runs as one statement or as many.
 */
export class Plan {
  readonly #engine: Engine
  readonly #options: PlanOptions
  readonly #bound = new Map<Relation, Bound>()
  /** What the engine keeps for a while: names of steps that one statement reads twice. */
  readonly #staged = new Map<Relation, string>()
  /** Steps that will stand in a file, and do not yet. */
  readonly #later = new Map<Relation, { readonly path: string; readonly parts: readonly Step[] }>()

  constructor(engine: Engine, options: PlanOptions = {}) {
    this.#engine = engine
    this.#options = options
  }

  /**
   * Binds a table to Parquet files.
   * @param key what the files hold (a hash of their content); by default what the ledger says of them
   */
  async bind(relation: Table, files: readonly string[], key?: string): Promise<void> {
    if (files.length === 0)
      throw new ChainonError('engine/no-file', `${relation.name} has no file to be read from`)
    this.#bound.set(relation, { key: key ?? (await this.#keyOf(files)), paths: files })
  }

  /** Binds a table that the hub has not: it has no row. */
  bindEmpty(relation: Table): void {
    const { quoteName, typeName } = this.#engine.dialect
    const columns = Object.entries(relation.columns).map(
      ([column, type]) => `cast(null as ${typeName(type)}) as ${quoteName(column)}`,
    )
    this.#bound.set(relation, {
      key: `empty ${relation.name}`,
      from: `(select ${columns.join(', ')} where false)`,
    })
  }

  /**
   * Says where a step will stand. It is written before the first step that reads it and must run; when all of
   * those stand already it is not written at all. For what several steps read and nobody keeps.
   * @param parts steps whose rows are together those of `step`: one machine writes one after the other, where all at
   *   once would spill more than its disk holds; a cluster needs no such help
   */
  later<C extends Columns>(step: Step<C>, path: string, parts: readonly Step<C>[] = []): void {
    this.#bound.set(step, { key: this.key(step) })
    this.#later.set(step, { path, parts })
  }

  async #writeLater(step: Step, path: string, parts: readonly Step[]): Promise<void> {
    if (parts.length === 0 || this.#engine.stage) {
      await this.write(step, path)
      return
    }
    const paths = parts.map((_, index) => join(path, partName(index)))
    for (const [index, part] of parts.entries()) await this.write(part, paths[index] as string)
    this.#bound.set(step, { key: this.key(step), paths })
  }

  /** Writes, finds and keeps what a statement is about to read. */
  async #prepare(step: Step): Promise<void> {
    for (const relation of tablesOf(step, this.#isBound)) {
      const later = this.#later.get(relation)
      if (later && relation.is === 'step') {
        await this.#writeLater(relation, later.path, later.parts)
        this.#later.delete(relation)
      }
      const bound = this.#bound.get(relation)
      if (bound?.paths && bound.from === undefined)
        this.#bound.set(relation, {
          ...bound,
          from: await this.#engine.table(bound.paths, relation.columns),
        })
    }
    if (!this.#engine.stage) return
    for (const shared of sharedSteps(step, this.#stands))
      this.#staged.set(shared, await this.#engine.stage(this.#statement(shared, false)))
  }

  readonly #isBound = (relation: Relation): boolean => this.#bound.has(relation)
  readonly #stands = (relation: Relation): boolean => this.#isBound(relation) || this.#staged.has(relation)

  /**
   * The order of a step whose inputs are large and that begins with a number: then the rows are written first and put
   * in order piece by piece. Sorted as a whole they would spill several times what they are on the disk.
   */
  async #largeOrder({ order, columns, ...step }: Step): Promise<readonly string[] | undefined> {
    const first = order?.[0]
    if (first === undefined || columns[first] !== 'bigint' || !this.#engine.writeLargeInOrder)
      return undefined
    const paths = tablesOf({ order, columns, ...step }, this.#isBound).flatMap(
      (relation) => this.#bound.get(relation)?.paths ?? [],
    )
    return ((await this.#engine.countRows?.(paths)) ?? 0) > LARGE ? order : undefined
  }

  async #keyOf(files: readonly string[]): Promise<string> {
    const parts = await Promise.all(
      // Without a ledger nobody asks whether a step was done before.
      files.map(async (file) => this.#options.ledger?.contentOf(file) ?? file),
    )
    return sha256(parts.join('\n'))
  }

  /** Writes a step to one Parquet file under its final name, unless the ledger says that it stands there already. */
  async write<C extends Columns>(step: Step<C>, path: string): Promise<Written> {
    const key = this.key(step)
    const done = await this.#options.ledger?.done(path, key)
    if (done) {
      this.#bound.set(step, { key, paths: [path] })
      const written = { step: step.name, path, rows: done.rows, seconds: done.seconds, skipped: true }
      this.#options.onStep?.({ step: step.name, written })
      return written
    }
    await this.#prepare(step)
    this.#options.onStep?.({ step: step.name })
    const started = performance.now()
    const order = await this.#largeOrder(step)
    const text = this.#statement(step, order === undefined && this.#engine.dialect.writesInOrder)
    await this.#check(step, text)
    const onShare = (share: number): void => this.#options.onStep?.({ step: step.name, share })
    let rows = 0
    const put = async (temporary: string): Promise<void> => {
      rows =
        order === undefined
          ? await this.#engine.writeParquet(text, temporary, onShare)
          : ((await this.#engine.writeLargeInOrder?.(text, order, temporary)) ?? 0)
    }
    const asWritten = step.joins === 'as written' && this.#engine.joinsAsWritten?.bind(this.#engine)
    await writeAtomically(path, (temporary) => (asWritten ? asWritten(() => put(temporary)) : put(temporary)))
    const seconds = (performance.now() - started) / 1000
    await this.#options.ledger?.enter({
      key,
      step: step.name,
      output: path,
      rows,
      bytes: await sizeOf(path),
      seconds: Number(seconds.toFixed(3)),
      at: new Date().toISOString(),
    })
    this.#bound.set(step, { key, paths: [path] })
    const written = { step: step.name, path, rows, seconds, skipped: false }
    this.#options.onStep?.({ step: step.name, written })
    return written
  }

  /** Rows of a step, in its order when it has one. */
  async rows<T = Row>(step: Step): Promise<T[]> {
    const all: T[] = []
    for await (const batch of this.stream<T>(step)) all.push(...batch)
    return all
  }

  /** Rows of a step in batches. */
  async *stream<T = Row>(step: Step): AsyncGenerator<T[]> {
    const columns = Object.keys(step.columns)
    for await (const batch of this.#engine.stream(await this.sql(step)))
      yield batch.map((row) => spelled(row, columns) as T)
  }

  /** The statement that would run now. */
  async sql(step: Step): Promise<string> {
    await this.#prepare(step)
    return this.#statement(step, true)
  }

  #statement(step: Step, ordered: boolean): string {
    return statement(step, this.#engine.dialect, (relation) => this.#located(relation), this.#stands, ordered)
  }

  /** What decides whether a step must run again: its own text and what its inputs hold. */
  key(step: Step): string {
    const inputs = tablesOf(step, this.#isBound).map((relation) => {
      const bound = this.#bound.get(relation)
      if (!bound) throw unbound(relation)
      return `${relation.name}=${bound.key}`
    })
    return sha256([fingerprint(step, this.#engine.dialect), ...inputs.sort()].join('\n'))
  }

  #located(relation: Relation): string {
    const from = this.#staged.get(relation) ?? this.#bound.get(relation)?.from
    if (from === undefined) throw unbound(relation)
    return from
  }

  /** A step must give the columns that it declares, in name, order and type: readers are compiled against them. */
  async #check(step: Step, text: string): Promise<void> {
    const got = await this.#engine.describe(text)
    const wanted = Object.entries(step.columns)
    const differs =
      got.length !== wanted.length ||
      wanted.some(([column, type], index) => {
        const found = got[index]
        return (
          found?.name.toLowerCase() !== column.toLowerCase() ||
          found.type !== this.#engine.dialect.typeName(type)
        )
      })
    if (!differs) return
    const show = (columns: readonly (readonly [string, string])[]) =>
      columns.map((c) => c.join(' ')).join(', ')
    throw new ChainonError(
      'engine/wrong-columns',
      `step ${step.name} declares (${show(wanted.map(([c, t]) => [c, this.#engine.dialect.typeName(t)]))}) and gives (${show(got.map((c) => [c.name, c.type]))})`,
    )
  }
}

/** Rows that a step reads from which on it is written in pieces. */
const LARGE = 50_000_000

/** A table that a cluster wrote has its columns in small letters: readers name them as the step does. */
function spelled(row: Row, columns: readonly string[]): Row {
  if (columns.every((column) => column in row)) return row
  const values = Object.values(row)
  return Object.fromEntries(columns.map((column, index) => [column, values[index]]))
}

const unbound = (relation: Relation) =>
  new ChainonError('engine/unbound', `${relation.name} is read by the plan and bound to no file`)

/** A step as a person reads it: the steps below it, then itself; tables under their own names. */
export function explain(step: Step, engine: Pick<Engine, 'dialect'>): string {
  return statement(
    step,
    engine.dialect,
    (relation) => relation.name,
    () => false,
    true,
  )
}
