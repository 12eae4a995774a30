import { readFile } from 'node:fs/promises'
import { canonicalJson, ChainonError, sha256 } from '../base/index.ts'
import { duckdb, explain } from '../engine/index.ts'
import type { Hub } from '../store/index.ts'
import type { Extract } from './extract/compile-extract.ts'

/** What a space holds and what it was made from: enough to make it again and compare. */
export interface Manifest {
  readonly manifest: 1
  readonly permit: string
  readonly notice?: string
  /** SHA-256 of what was signed, of the statements, of the data version's release.json, of the opposition list. */
  readonly permitHash: string
  readonly queryHash: string
  readonly releaseHash: string
  readonly dataVersion: string
  readonly links: string | null
  readonly oppositions: { readonly version: string; readonly sha256: string }
  readonly period: { readonly from: string; readonly until: string }
  readonly code: string
  /** UTC; in a synthetic hub its fixed day. */
  readonly at: string
  readonly persons: number
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly rows: number
        readonly sha256: string
        readonly columns: readonly { readonly name: string; readonly type: string; readonly shown: string }[]
      }
    >
  >
  /** How what is not shown as it is was made coarser, in both languages. */
  readonly notes: readonly string[]
}

export const manifestPath = (hub: Hub, permit: string): string => hub.path('spaces', permit, 'manifest.json')

/** The manifest of an open space, or none. @throws space/bad-manifest */
export async function readManifest(hub: Hub, permit: string): Promise<Manifest | undefined> {
  const text = await readFile(manifestPath(hub, permit), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Manifest
  } catch (cause) {
    throw new ChainonError('space/bad-manifest', `the manifest of ${permit} is not what chainon wrote`, {
      advice: 'Refresh the space.',
      cause,
    })
  }
}

/** Every statement of an extract as a person reads it; no secret and no pseudonym stands in any. */
export const explainExtract = (extract: Extract): string =>
  extract.tables.map(({ name, step }) => `-- ${name}\n${explain(step, { dialect: duckdb })};\n`).join('\n')

export const queryHash = (extract: Extract): string => sha256(explainExtract(extract))

/** Has anything changed from which the space was made? */
export const sameInputs = (a: Manifest, b: Omit<Manifest, 'at' | 'persons' | 'tables' | 'notes'>): boolean =>
  canonicalJson([a.permitHash, a.queryHash, a.releaseHash, a.oppositions, a.code]) ===
  canonicalJson([b.permitHash, b.queryHash, b.releaseHash, b.oppositions, b.code])
