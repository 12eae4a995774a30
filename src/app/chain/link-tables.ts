import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ChainonError } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import {
  type Added,
  addRecords,
  type CountedPairs,
  countPairs,
  fromSplink,
  isSplink,
  type LinkageModel,
  type Linked,
  linkRecords,
  readColumns,
  readKnown,
  readLabels,
  readModel,
  type Source,
  type Suggestion,
  suggest,
  type Wanted,
  writeResults,
} from '../../linkage/index.ts'

export interface LinkedTables {
  readonly records: number
  readonly pairs: number
  readonly clusters: number
  readonly prior: number
  readonly chunks?: { readonly made: number; readonly found: number }
  /** Pairs that readers decided, and those of the labels that are not used. */
  readonly labels?: { readonly decided: number; readonly undecided: number; readonly contradicted: number }
}

/** Links two files, or finds the doubles in one, and writes the results. No hub is needed. */
export async function linkTables(
  sources: readonly Source[],
  options: {
    readonly model?: string
    readonly out: string
    readonly memory: string
    readonly chunk?: number
    readonly labels?: string
  },
  tell: (line: string) => void,
): Promise<LinkedTables> {
  if (sources.length === 0)
    throw new ChainonError(
      'linkage/no-tables',
      'name two tables with --left and --right, several with --tables, or one with --dedupe',
    )
  const [spill, work] = [join(options.out, '.spill'), join(options.out, '.work')]
  const engine = await openDuckDb({ memory: options.memory, spill })
  try {
    const model =
      options.model === undefined ? (await suggest(engine, sources)).model : await modelFrom(options.model)
    mustFit(model, sources)
    const putDown = { folder: work, ...(options.chunk === undefined ? {} : { chunk: options.chunk }) }
    const labels = options.labels === undefined ? [] : await readLabels(engine, options.labels)
    const linked = await linkRecords(engine, sources, model, tell, { putDown, labels })
    const written = await writeResults(engine, options.out, sources, model, linked)
    await rm(work, { recursive: true, force: true })
    const { chunks } = linked
    return {
      records: linked.prepared.records,
      ...written,
      prior: linked.trained.prior,
      ...(chunks ? { chunks } : {}),
      ...(linked.decided ? { labels: usedOf(linked.read, linked.decided.contradicted) } : {}),
    }
  } finally {
    await engine.close()
    await rm(spill, { recursive: true, force: true })
  }
}

function usedOf(read: Linked['read'], contradicted: number): NonNullable<LinkedTables['labels']> {
  const undecided = read.filter(({ decision }) => decision === undefined).length
  return { decided: read.length - undecided, undecided, contradicted }
}

export interface AddedRecords extends Omit<Added, 'changes'> {
  readonly changes: Readonly<Record<'new' | 'grown' | 'merged' | 'split', number>>
}

/** Links new files with the records of a result, by the model of that, and writes the result of all. */
export async function addTables(
  files: readonly Source[],
  options: { readonly into: string; readonly out: string; readonly memory: string },
  tell: (line: string) => void,
): Promise<AddedRecords> {
  if (resolve(options.into) === resolve(options.out))
    throw new ChainonError('linkage/no-tables', `${options.out} is the result that is added to`, {
      advice: 'Name another folder with --out: the earlier result stays as it is.',
    })
  const known = await readKnown(options.into)
  const model = readModel(await readJson(join(options.into, 'model.json')), join(options.into, 'model.json'))
  if (files.length === 0) throw new ChainonError('linkage/no-tables', 'name the new records with --new')
  const taken = new Set(known.map(({ name }) => name))
  const added = files.map((one) => (taken.has(one.name) ? { ...one, name: one.path } : one))
  const double = added.find(({ name }) => taken.has(name))
  if (double) throw new ChainonError('linkage/no-tables', `${double.path} is in ${options.into} already`)
  const spill = join(options.out, '.spill')
  const engine = await openDuckDb({ memory: options.memory, spill })
  try {
    const { changes, ...rest } = await addRecords(
      engine,
      options.into,
      known,
      added,
      model,
      options.out,
      tell,
    )
    const of = (which: string): number => changes.filter(({ change }) => change === which).length
    return {
      ...rest,
      changes: { new: of('new'), grown: of('grown'), merged: of('merged'), split: of('split') },
    }
  } finally {
    await engine.close()
    await rm(spill, { recursive: true, force: true })
  }
}

/** What each blocking rule of a model would look at. */
export async function countTables(sources: readonly Source[], model: string): Promise<CountedPairs> {
  const engine = await openDuckDb()
  try {
    const read = await modelFrom(model)
    mustFit(read, sources)
    return await countPairs(engine, sources, read)
  } finally {
    await engine.close()
  }
}

export async function suggestModel(
  sources: readonly Source[],
  { columns, ...wanted }: Omit<Wanted, 'columns'> & { readonly columns?: string },
): Promise<Suggestion> {
  const engine = await openDuckDb()
  try {
    const made = columns === undefined ? {} : { columns: readColumns(await readJson(columns), columns) }
    return await suggest(engine, sources, { ...wanted, ...made })
  } finally {
    await engine.close()
  }
}

/** The model in a file: ours, or settings and trained models of Splink. */
export async function modelFrom(path: string): Promise<LinkageModel> {
  const value = await readJson(path)
  return isSplink(value) ? fromSplink(value, path) : readModel(value, path)
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ChainonError('linkage/bad-model', `${path} cannot be read`, { cause: error })
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ChainonError('linkage/bad-model', `${path} is no JSON: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function mustFit(model: LinkageModel, sources: readonly Source[]): void {
  if ((model.type === 'dedupe') !== (sources.length === 1))
    throw new ChainonError(
      'linkage/bad-model',
      model.type === 'dedupe'
        ? 'the model finds doubles in one table, and several were given'
        : 'the model links tables, and one was given',
      { advice: '`type` is dedupe for one table, link or link-and-dedupe for several.' },
    )
}
