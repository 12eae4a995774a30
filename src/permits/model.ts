import { z } from 'zod'
import { ChainonError } from '../base/index.ts'

/** Words that every permit of an invented hub carries. */
export const INVENTED = 'invented data / données inventées'

/** The id of a permit names its files and its space. */
export const ID = /^[a-z0-9][a-z0-9-]{2,63}$/

const isoDate = z.iso.date()
const sentence = z.string().trim().min(1)
const columnName = z.string().regex(/^[a-z][a-z0-9_]*$/)

/** What a space shows of a column; `year` keeps the type (1 January), `age-band` is five years of birth. */
const transform = z.enum(['as-is', 'year', 'age-band', 'département'])

/** The five potential identifiers of the SNDS (CSP, art. R. 1461-…): granted by name, with a reason, or coarsened. */
const IDENTIFIERS = [
  'birth-year-month',
  'residence-commune',
  'care-dates',
  'death-date',
  'death-commune',
] as const
const identifier = z.enum(IDENTIFIERS)

export type Cohort =
  /** Patients of the registry with one of these ORPHA codes, or with any. */
  | { kind: 'orpha'; codes: 'all' | number[] }
  /** Every patient of the registry, coded or not. */
  | { kind: 'registry' }
  /** Persons found in both the SNDS and the registry. */
  | { kind: 'linked' }
  | { kind: 'all-of' | 'any-of'; cohorts: Cohort[] }

const cohort: z.ZodType<Cohort> = z.lazy(() =>
  z.union([
    z.strictObject({
      kind: z.literal('orpha'),
      codes: z.union([z.literal('all'), z.array(z.int().positive().max(99_999_999)).min(1)]),
    }),
    z.strictObject({ kind: z.literal('registry') }),
    z.strictObject({ kind: z.literal('linked') }),
    z.strictObject({ kind: z.enum(['all-of', 'any-of']), cohorts: z.array(cohort).min(1) }),
  ]),
)

const ordered = (from: string, until: string): boolean => from <= until

const schema = z
  .strictObject({
    permit: z.literal(1),
    id: z.string().regex(ID),
    title: z.strictObject({ fr: sentence, en: sentence }),
    purpose: sentence,
    parties: z
      .array(
        z.strictObject({ name: sentence, role: z.enum(['controller', 'processor', 'data-holder', 'hub']) }),
      )
      .min(1),
    /** Who may open the space and nobody else. */
    users: z.array(z.strictObject({ name: sentence })).min(1),
    tables: z.record(
      columnName,
      z.strictObject({
        columns: z.record(columnName, transform).refine((all) => Object.keys(all).length > 0, 'is empty'),
      }),
    ),
    identifiers: z.partialRecord(identifier, z.strictObject({ reason: sentence })),
    cohort,
    /**
     * Care that touches these days, both included. What the registry tells of a patient's history (first signs,
     * diagnosis) may be older: `registryFrom`, by default `from`.
     */
    period: z
      .strictObject({ from: isoDate, until: isoDate, registryFrom: isoDate.optional() })
      .refine((one) => ordered(one.from, one.until), 'ends before it begins')
      .refine((one) => ordered(one.registryFrom ?? one.from, one.from), 'registryFrom is after from'),
    /** A version of lake/links, or the one that the data version was built with. */
    linkage: z.union([z.literal('newest'), z.string().regex(/^v[1-9][0-9]*$/)]),
    /** The newest opposition list at each opening and refresh: a late objector leaves an open space too. */
    opposition: z.literal('newest-list'),
    disclosure: z.literal('FR-SNDS'),
    /** First and last day on which the permit opens a space. */
    from: isoDate,
    until: isoDate,
    /** Version of lake/omop. */
    dataVersion: z.string().regex(/^v[1-9][0-9]*$/),
    notice: z.literal(INVENTED).optional(),
  })
  .refine((one) => ordered(one.from, one.until), { path: ['until'], message: 'is before from' })
  .refine((one) => Object.keys(one.tables).length > 0, { path: ['tables'], message: 'is empty' })

/** What may be done with which data, by whom and until when. */
export type Permit = z.infer<typeof schema>
export type Transform = z.infer<typeof transform>
export type Identifier = z.infer<typeof identifier>

const signature = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** The name under which chainon.yaml lists the key. */
  signer: z.string().min(1),
  /** 64 bytes in base64url. */
  value: z.string(),
})

/** A permit as it stands in permits/<id>.json: the RFC 8785 form of this object and a line end, to the byte. */
export const signedSchema = z.strictObject({ body: schema, signature })
export type SignedPermit = z.infer<typeof signedSchema>

/**
 * Reads the text of a draft.
 * @throws permit/bad, which names the field
 */
export function parsePermit(value: unknown): Permit {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0] as z.core.$ZodIssue
  const where = issue.path.join('.')
  throw new ChainonError('permit/bad', where === '' ? issue.message : `${where}: ${issue.message}`, {
    advice: 'Correct the field; the documentation lists what a permit may say.',
    details: { field: where },
  })
}
