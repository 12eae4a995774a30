import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { ChainonError } from '../base/index.ts'

/** The layout of a hub folder that this program reads and writes. */
export const LAYOUT = 1

const isoDate = z.iso.date()

/** A person or body whose Ed25519 key may sign data permits: the raw 32-byte public key in base64url. */
const signer = z.strictObject({
  name: z.string().min(1),
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is not an Ed25519 public key (32 bytes in base64url)'),
})

/** A name that SQL reads bare. */
const word = z.string().regex(/^[a-z][a-z0-9_]*$/, 'is a word of small letters, digits and underscores')

const cluster = z.strictObject({
  server: z.url({ protocol: /^https?$/, error: 'is the address of a coordinator: https://host:port' }),
  certificate: z.string().min(1).optional(),
  catalog: word.default('chainon'),
  schema: word.default('chainon'),
  user: z.string().min(1).default('chainon'),
  location: z
    .string()
    .regex(
      /^[a-z0-9]+:\/\/.*\/$/,
      'is a location with a slash at its end: local:///, s3://bucket/hub/{folder}/',
    )
    .default('local:///'),
})

const schema = z
  .strictObject({
    layout: z.literal(LAYOUT),
    name: z.string().min(1).optional(),
    synthetic: z.boolean(),
    seed: z.string().min(1).optional(),
    today: isoDate.optional(),
    engine: z.enum(['duckdb', 'trino']),
    trino: cluster.optional(),
    locale: z.enum(['fr', 'en']),
    signers: z.array(signer),
  })
  .superRefine((config, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message })
    if (!config.synthetic && config.seed !== undefined)
      refuse('seed', 'is only for a synthetic hub: the keys of a real hub come from the system')
    if (!config.synthetic && config.today !== undefined)
      refuse('today', 'is only for a synthetic hub: a real hub lives on the system date')
    if (config.synthetic && config.seed === undefined) refuse('seed', 'is missing: a synthetic hub has one')
    if (config.synthetic && config.today === undefined) refuse('today', 'is missing: a synthetic hub has one')
    if (config.engine === 'trino' && config.trino === undefined)
      refuse('trino', 'is missing: the engine is trino, and nothing says where it is')
    const names = config.signers.map((one) => one.name)
    names.forEach((one, index) => {
      if (names.indexOf(one) !== index) refuse('signers', `names ${one} twice`)
    })
  })

export type HubConfig = z.infer<typeof schema>
export type Signer = z.infer<typeof signer>

/**
 * Reads the text of a `chainon.yaml`.
 * @throws store/newer-layout, store/bad-config (names the key and the line)
 */
export function parseConfig(text: string, file = 'chainon.yaml'): HubConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const broken = document.errors[0]
  if (broken) throw bad(file, lines.linePos(broken.pos[0]).line, broken.message.split('\n')[0] as string)

  const value: unknown = document.toJS()
  const layout = (value as { layout?: unknown } | null)?.layout
  if (typeof layout === 'number' && layout > LAYOUT)
    throw new ChainonError(
      'store/newer-layout',
      `${file}: this hub has layout ${layout}; this program knows layout ${LAYOUT}`,
      { advice: 'Update chainon.', details: { layout, known: LAYOUT } },
    )

  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0] as z.core.$ZodIssue
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] as string] : [...issue.path]
  const key = path.join('.')
  throw bad(file, lineOf(document, lines, path), key === '' ? issue.message : `${key}: ${issue.message}`, key)
}

/** The line of the innermost key of `path` that stands in the file. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

const bad = (file: string, line: number, what: string, key?: string) =>
  new ChainonError('store/bad-config', `${file}, line ${line}: ${what}`, {
    advice: 'Correct the line; nothing was changed.',
    details: { file, line, key },
  })
