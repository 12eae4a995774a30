import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChainonError } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import {
  type CountedPairs,
  countPairs,
  fromSplink,
  isSplink,
  type LinkageModel,
  type Linked,
  linkRecords,
  readLabels,
  readModel,
  type Source,
  type Suggestion,
  suggest,
  writeResults,
} from '../../linkage/index.ts'

export interface LinkedTables {
  readonly records: number
  readonly pairs: number
  readonly clusters: number
  readonly prior: number
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
    readonly labels?: string
  },
  tell: (line: string) => void,
): Promise<LinkedTables> {
  if (sources.length === 0)
    throw new ChainonError(
      'linkage/no-tables',
      'name two tables with --left and --right, or one with --dedupe',
    )
  const spill = join(options.out, '.spill')
  const engine = await openDuckDb({ memory: options.memory, spill })
  try {
    const model =
      options.model === undefined ? (await suggest(engine, sources)).model : await modelFrom(options.model)
    mustFit(model, sources)
    const labels = options.labels === undefined ? [] : await readLabels(engine, options.labels)
    const linked = await linkRecords(engine, sources, model, tell, labels)
    const written = await writeResults(engine, options.out, sources, model, linked)
    return {
      records: linked.prepared.records,
      ...written,
      prior: linked.trained.prior,
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
  wanted: { readonly id?: string; readonly ignore?: readonly string[] },
): Promise<Suggestion> {
  const engine = await openDuckDb()
  try {
    return await suggest(engine, sources, wanted)
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
        ? 'the model finds doubles in one table, and two were given'
        : 'the model links two tables, and one was given',
    )
}
