import { readdir, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ChainonError } from '../base/index.ts'
import type { Hub } from '../store/index.ts'
import type { Permit } from './model.ts'

const column = z.object({
  name: z.string(),
  type: z.string(),
  /** One of the five potential identifiers. */
  identifier: z
    .enum(['birth-year-month', 'residence-commune', 'care-dates', 'death-date', 'death-commune'])
    .optional(),
  /** Carries ids that a space must number anew. */
  id: z.enum(['person', 'provider', 'place', 'centre', 'event']).optional(),
  /** A source value that carries ids: never in a space. */
  source: z.boolean().optional(),
})

const schema = z.object({
  version: z.string(),
  synthetic: z.boolean(),
  cdm: z.literal('5.4'),
  links: z.string().nullable().optional(),
  oppositions: z.string().nullable().optional(),
  window: z.object({ from: z.string(), until: z.string() }).optional(),
  tables: z.record(z.string(), z.object({ rows: z.number(), sha256: z.string(), columns: z.array(column) })),
})

/** What `lake/omop/<version>/release.json` says of a data version. */
export type Release = z.infer<typeof schema>
export type ReleaseColumn = z.infer<typeof column>

/** @throws permit/no-data when the hub holds no such version, permit/bad-release */
export async function readRelease(hub: Hub, version: string): Promise<Release> {
  const path = hub.path('lake', 'omop', version, 'release.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ChainonError('permit/no-data', `this hub holds no data version ${version}`, {
      advice: 'Build one with: chainon omop build',
    })
  })
  const parsed = schema.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0] as z.core.$ZodIssue
  throw new ChainonError('permit/bad-release', `${path}: ${issue.path.join('.')}: ${issue.message}`)
}

/** The newest data version of the hub, by number. @throws permit/no-data */
export async function newestRelease(hub: Hub): Promise<Release> {
  const names = await readdir(hub.path('lake', 'omop')).catch(() => [] as string[])
  const numbers = names.flatMap((name) => /^v([1-9][0-9]*)$/.exec(name)?.[1] ?? []).map(Number)
  return readRelease(hub, `v${numbers.length === 0 ? 0 : Math.max(...numbers)}`)
}

/** The version of the links that a permit asks for must be the one that the data was built with. */
export function linkageFits(permit: Permit, release: Release): boolean {
  return permit.linkage === 'newest' || permit.linkage === release.links
}
