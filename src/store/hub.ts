import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseDocument, stringify } from 'yaml'
import { bytesFor, ChainonError, exists, writeText } from '../base/index.ts'
import { type HubConfig, LAYOUT, parseConfig, type Signer } from './config.ts'

/** The folders of a hub (layout 1). Those of the roles are closed to everybody but their owner. */
const FOLDERS = ['deliveries', 'quarantine', 'lake', 'permits', 'spaces', 'released', 'receipts', 'runs']
const TRUSTED = ['source', 'matcher', 'hub']

/** The day on which an invented hub lives unless it is told another: runs can be repeated to the byte. */
const SYNTHETIC_TODAY = '2021-01-04'

/** Which engine the steps of a hub run on. The engine room takes it as it is; this one knows nothing of engines. */
type EngineChoice =
  | { readonly engine: 'duckdb' }
  | {
      readonly engine: 'trino'
      readonly cluster: NonNullable<HubConfig['trino']>
      readonly folders: { readonly lake: string; readonly spaces: string }
    }

/** An open hub folder. */
export interface Hub {
  /** Absolute path of the folder. */
  readonly dir: string
  readonly config: HubConfig
  /** Which engine its steps run on, as a role's process can be told. */
  readonly engine: EngineChoice
  /** A path inside the hub: `hub.path('lake', 'snds')`. */
  path(...parts: string[]): string
  /** The date of the hub, `YYYY-MM-DD`: fixed in a synthetic hub, else the system's. */
  today(): string
}

export interface InitOptions {
  /** An invented hub: everything that leaves it says so, and that cannot be switched off. */
  synthetic: boolean
  /** Keys and ids follow from it; refused in a hub that is not synthetic. Random when absent. */
  seed?: string
  locale?: 'fr' | 'en'
  /** `YYYY-MM-DD`; for a synthetic hub only. */
  today?: string
  name?: string
  /** The address of a Trino coordinator: its cluster is then the hub's engine. */
  trino?: { server: string; certificate?: string }
}

/**
 * Makes a hub folder. The keys of the roles are made by `createKeys` of identity, the first signer by permits.
 * `chainon.yaml` is written last, so a folder whose making was killed is no hub yet and can be made again.
 * @throws store/exists, store/seed-refused, store/bad-config
 */
export async function initHub(dir: string, options: InitOptions): Promise<Hub> {
  if (await exists(join(dir, 'chainon.yaml')))
    throw new ChainonError('store/exists', `${dir} is a hub already`, {
      advice: 'Choose another folder, or remove this one if it may be lost.',
    })
  if (options.seed !== undefined && !options.synthetic)
    throw new ChainonError('store/seed-refused', 'a seed is refused outside a synthetic hub', {
      advice: 'The keys of a real hub come from the system. Leave out --seed, or make a synthetic hub.',
    })
  const config = {
    layout: LAYOUT,
    ...(options.name === undefined ? {} : { name: options.name }),
    synthetic: options.synthetic,
    ...(options.synthetic ? { seed: options.seed ?? bytesFor(undefined, 'seed', 16).toString('hex') } : {}),
    ...(options.synthetic
      ? { today: options.today ?? SYNTHETIC_TODAY }
      : options.today === undefined
        ? {}
        : { today: options.today }),
    ...(options.trino === undefined ? { engine: 'duckdb' } : { engine: 'trino', trino: options.trino }),
    locale: options.locale ?? 'fr',
    signers: [],
  }
  const text = `# A hub of chainon. Keys that may sign data permits stand under signers.\n${stringify(config)}`
  parseConfig(text)

  for (const folder of FOLDERS) await mkdir(join(dir, folder), { recursive: true })
  for (const role of ['', ...TRUSTED]) {
    await mkdir(join(dir, 'trusted', role), { recursive: true, mode: 0o700 })
    await chmod(join(dir, 'trusted', role), 0o700)
  }
  await writeText(join(dir, 'chainon.yaml'), text)
  return openHub(dir)
}

/** @throws store/not-a-hub, store/newer-layout, store/bad-config */
export async function openHub(dir: string): Promise<Hub> {
  const root = resolve(dir)
  const text = await readFile(join(root, 'chainon.yaml'), 'utf8').catch((error: unknown) => {
    throw new ChainonError('store/not-a-hub', `${dir} is no hub: it has no chainon.yaml`, {
      advice: 'Make one with: chainon init DIR',
      cause: error,
    })
  })
  const config = parseConfig(text, join(dir, 'chainon.yaml'))
  return Object.freeze({
    dir: root,
    config,
    engine: engineOf(root, config),
    path: (...parts: string[]) => join(root, ...parts),
    today: () => config.today ?? new Date().toLocaleDateString('sv-SE'),
  })
}

function engineOf(dir: string, { engine, trino }: HubConfig): EngineChoice {
  if (engine === 'duckdb' || trino === undefined) return { engine: 'duckdb' }
  const certificate = trino.certificate === undefined ? undefined : resolve(dir, trino.certificate)
  return {
    engine,
    cluster: { ...trino, certificate },
    folders: { lake: join(dir, 'lake'), spaces: join(dir, 'spaces') },
  }
}

/**
 * Lists a public key among those that may sign permits; the rest of the file keeps its comments. The same
 * signer again changes nothing; another key under a name that is taken is refused.
 * @returns the hub as it now stands
 * @throws store/signer-taken, store/bad-config
 */
export async function addSigner(hub: Hub, signer: Signer): Promise<Hub> {
  const known = hub.config.signers.find((one) => one.name === signer.name)
  if (known?.publicKey === signer.publicKey) return hub
  if (known)
    throw new ChainonError('store/signer-taken', `${signer.name} already signs in this hub with another key`)
  const file = hub.path('chainon.yaml')
  const document = parseDocument(await readFile(file, 'utf8'))
  document.setIn(['signers'], document.createNode([...hub.config.signers, signer]))
  const text = document.toString()
  parseConfig(text, file)
  await writeText(file, text)
  return openHub(hub.dir)
}
