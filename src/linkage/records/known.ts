import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { ChainonError, hashFile, writeText } from '../../base/index.ts'
import type { Source } from './receive.ts'

/** Which files a result was made of, beside it: where each is as seen from there, and the SHA-256 of its bytes. */
const KNOWN = 'sources.json'

const known = z.array(
  z.object({ name: z.string(), path: z.string(), sha256: z.string(), added: z.boolean().optional() }),
)

/** A file as it was when it was read. */
export interface KnownSource extends Source {
  readonly sha256: string
}

/** Reads every file once from end to end. */
export const knownSources = (sources: readonly Source[]): Promise<readonly KnownSource[]> =>
  Promise.all(sources.map(async (one) => ({ ...one, sha256: await hashFile(one.path) })))

export async function writeKnown(out: string, sources: readonly KnownSource[]): Promise<void> {
  const all = sources.map(({ name, path, sha256, added }) => ({
    name,
    path: relative(resolve(out), resolve(path)),
    sha256,
    ...(added ? { added } : {}),
  }))
  await writeText(join(out, KNOWN), `${JSON.stringify(all, null, 2)}\n`)
}

/** The files of a result, as they were. @throws linkage/no-result, linkage/changed-source */
export async function readKnown(results: string): Promise<readonly Source[]> {
  const text = await readFile(join(results, KNOWN), 'utf8').catch((error: unknown) => {
    throw new ChainonError('linkage/no-result', `${results} holds no result: ${KNOWN} is not there`, {
      advice: '--into names the folder that a linkage wrote with --out.',
      cause: error,
    })
  })
  const read = known.safeParse(JSON.parse(text))
  if (!read.success)
    throw new ChainonError('linkage/no-result', `${join(results, KNOWN)} is not what a linkage writes`)
  return Promise.all(
    read.data.map(async ({ name, path: seen, sha256, added }) => {
      const path = resolve(results, seen)
      const now = await hashFile(path).catch(() => undefined)
      if (now !== sha256)
        throw new ChainonError(
          'linkage/changed-source',
          now === undefined
            ? `${path} is not there, and ${results} was made of it`
            : `${path} has changed since ${results} was made of it`,
          {
            advice:
              'Records that are linked already are compared with the new ones, so their files must be as they were. Put them back, or link everything again.',
          },
        )
      return { name, path, ...(added ? { added } : {}) }
    }),
  )
}
