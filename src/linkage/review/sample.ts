import { z } from 'zod'
import { ChainonError } from '../../base/index.ts'

/*
 * `review.json`, the clerical sample that a linkage leaves in its results: which pairs are to be read and in which order,
 * of how many pairs each stratum is, and what the model says of each pair. Ids, levels and weights; no value of a record.
 */

const id = z.strictObject({ source: z.string(), id: z.string() })
const pair = z.strictObject({
  left: id,
  right: id,
  weight: z.number(),
  /** Of each comparison: the label of the pair's level, null where nothing is known, and what it adds to the weight. */
  levels: z.array(z.string().nullable()),
  adds: z.array(z.number()),
  /** None where it was not drawn: the weakest link of a cluster, which stands for no other pair. */
  stratum: z.int().nonnegative().nullable(),
})

const schema = z.strictObject({
  review: z.literal(1),
  /** Names this draw in the labels. */
  sample: z.string(),
  seed: z.string(),
  threshold: z.number(),
  /** Where every pair begins: log2 of the odds of two records drawn by chance. */
  prior: z.number(),
  /** The column of a record's own id. */
  id: z.string(),
  sources: z.array(z.strictObject({ name: z.string(), path: z.string(), sha256: z.string() })),
  comparisons: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()) })),
  strata: z.array(z.strictObject({ from: z.number(), to: z.number().nullable(), pairs: z.int() })),
  pairs: z.array(pair),
})

export type Sample = z.infer<typeof schema>
export type SampledPair = Sample['pairs'][number]

/** @throws linkage/no-sample */
export function readSample(text: string, path: string): Sample {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw badSample(`${path} is no JSON`, error)
  }
  const read = schema.safeParse(value)
  if (!read.success) {
    const [wrong] = read.error.issues
    throw badSample(`${path}, ${wrong?.path.join('.') ?? ''}: ${wrong?.message ?? ''}`)
  }
  return read.data
}

export const badSample = (what: string, cause?: unknown): ChainonError =>
  new ChainonError('linkage/no-sample', what, {
    advice: 'Results of `chainon link` hold a review.json; link once more to draw one.',
    ...(cause === undefined ? {} : { cause }),
  })
