import { stat } from 'node:fs/promises'
import { ChainonError, sha256, writeAtomically } from '../base/index.ts'
import type { Engine, Row } from './duckdb.ts'
import type { Ledger } from './ledger.ts'
import type { Columns, Relation, Step, Table } from './relation.ts'
import { fingerprint, statement, tablesOf } from './render.ts'

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
  /** Called when a step begins and when it has been written. */
  onStep?: (event: { step: string; written?: Written }) => void
}

/**
 * Runs steps on an engine. Tables are bound to files; a step that was written is read from its file from then
 * on; a step that was not is inlined where it is read. So the same graph runs as one statement or as many.
 */
export class Plan {
  readonly #engine: Engine
  readonly #options: PlanOptions
  readonly #files = new Map<Relation, { files: readonly string[]; key: string }>()
  /** Steps that will stand in a file, and do not yet. */
  readonly #later = new Map<Relation, string>()

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
    this.#files.set(relation, { files, key: key ?? (await this.#keyOf(files)) })
  }

  /**
   * Says where a step will stand. It is written before the first step that reads it and must run; when all of
   * those stand already it is not written at all. For what several steps read and nobody keeps.
   */
  later<C extends Columns>(step: Step<C>, path: string): void {
    const key = this.key(step)
    this.#files.set(step, { files: [path], key })
    this.#later.set(step, path)
  }

  async #writeWhatIsRead(by: Step): Promise<void> {
    for (const relation of tablesOf(by, (read) => this.#files.has(read))) {
      const path = this.#later.get(relation)
      if (path === undefined || relation.is !== 'step') continue
      await this.write(relation, path)
      this.#later.delete(relation)
    }
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
      this.#files.set(step, { files: [path], key })
      const written = { step: step.name, path, rows: done.rows, seconds: done.seconds, skipped: true }
      this.#options.onStep?.({ step: step.name, written })
      return written
    }
    await this.#writeWhatIsRead(step)
    this.#options.onStep?.({ step: step.name })
    const started = performance.now()
    const text = this.sql(step)
    await this.#check(step, text)
    let rows = 0
    await writeAtomically(path, async (temporary) => {
      rows = await this.#engine.writeParquet(text, temporary)
    })
    const seconds = (performance.now() - started) / 1000
    const bytes = (await stat(path)).size
    await this.#options.ledger?.enter({
      key,
      step: step.name,
      output: path,
      rows,
      bytes,
      seconds: Number(seconds.toFixed(3)),
      at: new Date().toISOString(),
    })
    this.#files.set(step, { files: [path], key })
    const written = { step: step.name, path, rows, seconds, skipped: false }
    this.#options.onStep?.({ step: step.name, written })
    return written
  }

  /** Rows of a step, in its order when it has one. */
  async rows<T = Row>(step: Step): Promise<T[]> {
    await this.#writeWhatIsRead(step)
    return this.#engine.rows<T>(this.sql(step))
  }

  /** Rows of a step in batches. */
  async *stream<T = Row>(step: Step): AsyncGenerator<T[]> {
    await this.#writeWhatIsRead(step)
    yield* this.#engine.stream<T>(this.sql(step))
  }

  /** The statement that would run now. */
  sql(step: Step): string {
    return statement(
      step,
      this.#engine.dialect,
      (relation) => this.#located(relation),
      (relation) => this.#files.has(relation),
    )
  }

  /** What decides whether a step must run again: its own text and what its inputs hold. */
  key(step: Step): string {
    const inputs = tablesOf(step, (relation) => this.#files.has(relation)).map((relation) => {
      const bound = this.#files.get(relation)
      if (!bound) throw unbound(relation)
      return `${relation.name}=${bound.key}`
    })
    return sha256([fingerprint(step, this.#engine.dialect), ...inputs.sort()].join('\n'))
  }

  #located(relation: Relation): string {
    const bound = this.#files.get(relation)
    if (!bound) throw unbound(relation)
    return this.#engine.dialect.readParquet(bound.files)
  }

  /** A step must give the columns that it declares, in name, order and type: readers are compiled against them. */
  async #check(step: Step, text: string): Promise<void> {
    const got = await this.#engine.describe(text)
    const wanted = Object.entries(step.columns)
    const differs =
      got.length !== wanted.length ||
      wanted.some(([column, type], index) => {
        const found = got[index]
        return found?.name !== column || found.type !== this.#engine.dialect.typeName(type)
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

const unbound = (relation: Relation) =>
  new ChainonError('engine/unbound', `${relation.name} is read by the plan and bound to no file`)

/** A step as a person reads it: the steps below it, then itself; tables under their own names. */
export function explain(step: Step, engine: Pick<Engine, 'dialect'>): string {
  return statement(
    step,
    engine.dialect,
    (relation) => relation.name,
    () => false,
  )
}
