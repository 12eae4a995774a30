import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ChainonError } from '../../base/index.ts'
import type { Bilingual } from '../../page/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { ANSWERS } from './labels.ts'
import { type Originals, readOriginals } from './originals.ts'
import { reviewPage } from './page.ts'
import { labelOf, type Reading, standing, together, type Together } from './queue.ts'
import { badSample, readSample, type Sample } from './sample.ts'
import { screen, type Shown } from './screen.ts'
import { appendLabel, labelsSoFar } from './store.ts'

const answer = z.object({
  /** Place of the pair that the page shows; none where all are read. */
  pair: z.int().nonnegative().nullable(),
  answer: z.enum([...ANSWERS, 'undone', 'next']),
})
export type WantedAnswer = z.infer<typeof answer>

/** What a page sent; nothing where it is no answer. */
export function readAnswer(body: string): WantedAnswer | undefined {
  try {
    return answer.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}

/** What a page shows after an answer. */
export interface Answered {
  readonly screen: Bilingual
  readonly current: number | null
  readonly canUndo: boolean
}

/** Where one reader sits: shows pairs and keeps answers. */
export interface ReviewDesk {
  page(): Promise<string>
  answer(wanted: WantedAnswer): Promise<Answered>
}

/** Results that a linkage wrote, and where what is said of their pairs is kept. */
export interface ReviewPlace {
  readonly results: string
  /** `labels.jsonl` in the results without it. */
  readonly labels?: string
}

const labelsOf = ({ results, labels }: ReviewPlace): string => labels ?? join(results, 'labels.jsonl')

/**
 * Opens a desk. Answers of others, before and meanwhile, are read anew each time.
 * @param engine to read the records with, where they are to be shown
 * @throws linkage/no-sample, linkage/originals-moved, linkage/originals-changed, linkage/bad-label
 */
export async function openReview(
  place: ReviewPlace,
  reading: Reading,
  engine: DuckDb | undefined,
): Promise<ReviewDesk> {
  const sample = await sampleIn(place.results)
  const path = labelsOf(place)
  const originals: Originals | undefined = engine && (await readOriginals(engine, sample))
  const shownAfter = async (after?: number): Promise<Shown> => {
    const at = standing(sample, await labelsSoFar(path), reading, after)
    return { sample, reading, standing: at, originals, labels: path }
  }
  const { together: all } = (await shownAfter()).standing
  if (reading.third && all?.readers.some(({ reader }) => reader === reading.reader))
    throw new ChainonError('linkage/not-third', `${reading.reader} has read these pairs`, {
      exitCode: 3,
      advice: 'Where two readers disagree somebody else decides.',
    })
  return {
    page: async () => reviewPage(await shownAfter()),
    async answer({ pair, answer: said }) {
      const before = (await shownAfter()).standing
      const at = said === 'undone' ? before.last : (pair ?? undefined)
      // Whoever has seen what others said does not change an answer.
      const isClosed = !reading.third && before.together !== undefined
      if (said !== 'next' && at !== undefined && !isClosed && before.queue.includes(at))
        await appendLabel(path, labelOf(sample, at, reading, said, new Date().toISOString()))
      // What was undone is shown again.
      const shown = await shownAfter(said === 'undone' && at !== undefined ? at - 1 : at)
      const { current, last } = shown.standing
      return { screen: screen(shown), current: current ?? null, canUndo: last !== undefined }
    },
  }
}

/** What all readers came to, without a page. */
export async function reviewSoFar(place: ReviewPlace): Promise<Together & { readonly pairs: number }> {
  const sample = await sampleIn(place.results)
  return { pairs: sample.pairs.length, ...together(sample, await labelsSoFar(labelsOf(place))) }
}

async function sampleIn(results: string): Promise<Sample> {
  const path = join(results, 'review.json')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw badSample(`${resolve(results)} holds no results with pairs to read`, error)
  })
  return readSample(text, path)
}
