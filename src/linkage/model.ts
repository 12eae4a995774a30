import { z } from 'zod'
import { ChainonError } from '../base/index.ts'

/*
 * A linkage model as its JSON file has it: what is linked, how each column is compared, which pairs are looked at, how
 * the weights are learned, and what is made of them. `chainon link schema` prints its JSON Schema.
 */

const columnName = z.string().min(1)
const share = z.number().min(0).max(1)
const likeness = z.array(share).min(1).describe('levels, best first, e.g. [0.92, 0.8]')
const termFrequency = z
  .boolean()
  .optional()
  .describe('agreement on a rare value weighs more than on a frequent one')
const label = z.string().min(1)

const single = { column: columnName, label: label.optional() }

const comparison = z.discriminatedUnion('compare', [
  z.strictObject({ compare: z.literal('exact'), ...single, termFrequency }),
  z
    .strictObject({ compare: z.literal('text'), ...single, likeness: likeness.optional(), termFrequency })
    .describe('Jaro-Winkler likeness of two short texts'),
  z
    .strictObject({
      compare: z.literal('edits'),
      ...single,
      edits: z.array(z.int().positive()).min(1).optional(),
      transpositions: z.boolean().optional(),
      termFrequency,
    })
    .describe('edit distance: Levenshtein, or Damerau-Levenshtein with transpositions'),
  z
    .strictObject({ compare: z.literal('jaccard'), ...single, likeness: likeness.optional(), termFrequency })
    .describe('shared characters of two texts'),
  z
    .strictObject({ compare: z.literal('name'), ...single, likeness: likeness.optional(), termFrequency })
    .describe('one name: whole, as an initial, as it sounds in French, one word of several, nearly'),
  z
    .strictObject({
      compare: z.literal('names'),
      forename: columnName,
      surname: columnName,
      likeness: likeness.optional(),
      termFrequency,
    })
    .describe('forename and surname, each as a name; both the wrong way round count once'),
  z
    .strictObject({ compare: z.literal('tokens'), ...single, likeness: likeness.optional() })
    .describe('words or elements of a list that both have'),
  z
    .strictObject({
      compare: z.literal('birth-date'),
      ...single,
      format: z.string().optional().describe('as strptime reads it; without one YYYY-MM-DD or YYYYMMDD'),
      termFrequency,
    })
    .describe('a date by day, month and year: typed wrongly, the wrong way round, a year alone as 1 January'),
  z.strictObject({
    compare: z.literal('number'),
    ...single,
    within: z.array(z.number().nonnegative()).min(1).describe('largest differences, best first'),
    share: z.boolean().optional().describe('differences are shares of the larger number'),
  }),
  z
    .strictObject({
      compare: z.literal('days'),
      ...single,
      within: z.array(z.number().nonnegative()).min(1).describe('largest differences in days, best first'),
      later: z
        .number()
        .optional()
        .describe('so many days the date of the second table is later than that of the first, as a rule'),
      format: z.string().optional().describe('as strptime reads it; without one YYYY-MM-DD or YYYYMMDD'),
    })
    .describe('the date of an event by how far apart it is'),
  z.strictObject({
    compare: z.literal('kilometres'),
    latitude: columnName,
    longitude: columnName,
    label: label.optional(),
    within: z.array(z.number().nonnegative()).min(1),
  }),
  z.strictObject({ compare: z.literal('email'), ...single, termFrequency }),
  z
    .strictObject({ compare: z.literal('postcode'), ...single, termFrequency })
    .describe('a postcode: whole, one edit, the same district, the same region'),
  z
    .strictObject({
      compare: z.literal('category'),
      ...single,
      near: z
        .array(z.tuple([z.string(), z.string()]))
        .optional()
        .describe('pairs that are often confused'),
      termFrequency,
    })
    .describe('a code; nearly the same where `near` says so'),
  z.strictObject({
    compare: z.enum(['nir', 'finess', 'commune']),
    ...single,
    termFrequency,
  }),
  z
    .strictObject({
      compare: z.literal('sql'),
      label,
      levels: z
        .array(
          z.strictObject({
            label,
            sql: z.string().min(1).describe('over "column_l" and "column_r"; ELSE for the last'),
            isNull: z.boolean().optional(),
            m: z.number().min(0).max(1).optional(),
            u: z.number().min(0).max(1).optional(),
            termFrequency: z
              .strictObject({
                column: columnName,
                weight: z.number().optional(),
                leastU: z.number().nonnegative().optional(),
                exactU: z.number().positive().optional(),
              })
              .optional(),
          }),
        )
        .min(2),
      columns: z.array(columnName).min(1),
    })
    .describe('levels of your own, in the SQL of DuckDB'),
])

const blockingRule = z
  .union([
    z.array(z.string().min(1)).min(1).describe('columns, or expressions over columns, that must be equal'),
    z.strictObject({ sql: z.string().min(1).describe('a condition over l."column" and r."column"') }),
  ])
  .describe('pairs that agree on all of this are looked at')

const interval = z
  .tuple([share, share])
  .describe('95 % interval (Wilson), of the pairs that training counted as if they were independent')

const level = z.strictObject({
  label,
  m: z.number().min(0).max(1),
  u: z.number().min(0).max(1),
  mInterval: interval.optional(),
  uInterval: interval.optional(),
})

const fixedLevel = z
  .strictObject({ level: label, m: share.optional(), u: share.optional() })
  .describe('a level by its label, as `model.json` of a first run has it')

const madeColumns = z.record(z.string(), z.record(columnName, z.string().min(1)))

const schema = z.strictObject({
  $schema: z.string().optional(),
  linkage: z.literal(1).describe('version of this format'),
  type: z.enum(['link', 'dedupe', 'link-and-dedupe']),
  unique: z
    .array(label)
    .min(1)
    .optional()
    .describe(
      'tables, by the name of their file, without doubles: no two of their records are of one person',
    ),
  id: columnName.describe('column of a record’s own id'),
  columns: madeColumns
    .optional()
    .describe(
      'of a table, by the name of its file: further columns, each as SQL of DuckDB over those that it has',
    ),
  comparisons: z.array(comparison).min(1),
  blocking: z.union([z.literal('all'), z.array(blockingRule).min(1)]),
  prior: z
    .union([
      z.strictObject({
        probability: z.number().positive().max(1),
        fixed: z.boolean().optional().describe('training leaves it; else it is where training begins'),
      }),
      z.strictObject({ certain: z.array(blockingRule).min(1), recall: z.number().positive().max(1) }),
    ])
    .optional()
    .describe('how probable it is that two records drawn by chance match'),
  training: z
    .strictObject({
      seed: z.string().optional(),
      sessions: z.array(blockingRule).optional(),
      pairs: z.int().positive().optional().describe('pairs that each session and the sample for u look at'),
      rounds: z
        .int()
        .nonnegative()
        .optional()
        .describe('how often the weights are estimated again from clusters'),
      fixed: z
        .record(z.string(), z.array(fixedLevel).min(1))
        .optional()
        .describe('of a comparison, by its name: what you know of a level; training leaves it'),
      valuePairs: z
        .boolean()
        .optional()
        .describe(
          'find values that are one (nicknames, two names of a place) in the clusters; true without it',
        ),
    })
    .optional(),
  threshold: z.number().optional().describe('least match weight of a link (log2 of the odds); 0 without it'),
  clusters: z
    .strictObject({
      method: z.enum(['average-linkage', 'connected', 'best-link', 'one-to-one']).optional(),
      complete: z
        .boolean()
        .optional()
        .describe(
          'score the pairs that blocking missed between records that clusters bring together; true without it',
        ),
      unscored: z.number().optional().describe('weight of a pair that was not scored'),
      best: z
        .number()
        .positive()
        .max(1)
        .optional()
        .describe(
          'average linkage: share of a cluster, those it agrees with best, that a record is compared with; 2/3',
        ),
      margin: z
        .number()
        .nonnegative()
        .optional()
        .describe('one-to-one: by how much the best beats the second'),
    })
    .optional(),
  trained: z
    .strictObject({
      prior: z.number().positive().max(1),
      valuePairs: z
        .record(
          z.string(),
          z.array(z.strictObject({ a: z.string(), b: z.string(), clusters: z.int().positive() })),
        )
        .optional()
        .describe('values of a comparison that were found to be one'),
      comparisons: z.record(z.string(), z.array(level)),
    })
    .optional()
    .describe('what training found: with it the model is used as it is'),
})

export type LinkageModel = z.infer<typeof schema>
export type ComparisonSpec = LinkageModel['comparisons'][number]
/** By table: further columns, as SQL over those of the file. */
export type MadeColumns = NonNullable<LinkageModel['columns']>
export type BlockingRule = z.infer<typeof blockingRule>

/** The JSON Schema of a model, for an editor. */
export const modelSchema = (): object => z.toJSONSchema(schema, { io: 'input' })

/** @throws linkage/bad-model naming each field that is wrong */
export const readModel = (value: unknown, from = 'the model'): LinkageModel => valid(schema, value, from)

/** What a model says under `columns`. @throws linkage/bad-model */
export const readColumns = (value: unknown, from: string): MadeColumns => valid(madeColumns, value, from)

function valid<T>(as: z.ZodType<T>, value: unknown, from: string): T {
  const read = as.safeParse(value)
  if (read.success) return read.data
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || '(whole)'}: ${message}`)
  throw new ChainonError('linkage/bad-model', `${from} is no linkage model:\n  ${wrong.join('\n  ')}`, {
    advice: '`chainon link schema` prints what a model may hold; `chainon link suggest` writes one.',
    details: { wrong },
  })
}
