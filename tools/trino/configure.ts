import { execFile } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Jdk } from './jdk.ts'
import { PLUGINS } from './server.ts'

/* What the nodes of a cluster on this machine read at their start. */

/** A cluster on this machine, for the hub of one folder. */
export interface ClusterOptions {
  /** Where the cluster keeps its configuration, its logs and its certificate. */
  readonly dir: string
  /** The hub whose folders it may read and write. */
  readonly hub: string
  readonly workers: number
  /** Heap of each process, as Java writes it: `2G`. */
  readonly memory: string
  /** Survive the loss of a worker: slower, because what goes from stage to stage is written down. */
  readonly faultTolerant: boolean
  /** For small work: Java compiles its own code once and plainly, which saves more at the start than it costs after. */
  readonly quick: boolean
  /** Of the coordinator's HTTPS; the plain ports that the nodes use among themselves follow it. */
  readonly port: number
}

export interface Node {
  readonly name: string
  readonly coordinator: boolean
  readonly port: number
  readonly folder: string
  readonly etc: string
  readonly data: string
}

interface Catalogue {
  /** Its root, in the hub: nothing outside can be named in it. */
  readonly folder: readonly string[]
  /** Where in that folder it remembers its tables. */
  readonly memory: string
  /** May tables be written where a statement says, or only where the catalogue keeps its own? */
  readonly writesAnywhere: boolean
}

const written = (...folder: readonly string[]): Catalogue => ({
  folder,
  memory: '.trino',
  writesAnywhere: true,
})

/** A catalogue for each folder that has users of its own; one more for who may only read the spaces. */
const CATALOGS = {
  chainon_lake: written('lake'),
  chainon_spaces: written('spaces'),
  chainon_matcher: written('trusted', 'matcher'),
  chainon_hub: written('trusted', 'hub'),
  chainon_space: { folder: ['spaces'], memory: '.trino-space', writesAnywhere: false },
} as const satisfies Record<string, Catalogue>
type Catalog = keyof typeof CATALOGS

/** Who may use which catalogue. The hub's own user reaches nothing under trusted/. */
const RIGHTS: Readonly<Record<string, readonly Catalog[]>> = {
  chainon: ['chainon_lake'],
  'chainon-matcher': ['chainon_lake', 'chainon_matcher'],
  'chainon-hub': ['chainon_lake', 'chainon_hub', 'chainon_spaces'],
  'chainon-space': ['chainon_space'],
}

/** In a catalogue only the schemas that a run makes for itself, as `Scratch` of the engine names them. */
const OF_RUNS = '[a-z][a-z0-9_]*_run_[0-9a-f]{8}_[0-9]+_[0-9a-z]+'

/** Where each user's password stands: a file of 0600 in the folder that only its process is given. */
export const PASSWORD_FILES: Readonly<Record<string, readonly string[]>> = {
  chainon: ['trino.password'],
  'chainon-matcher': ['trusted', 'matcher', 'trino.password'],
  'chainon-hub': ['trusted', 'hub', 'trino.password'],
  'chainon-space': ['spaces', 'trino.password'],
}

export function nodesOf({ dir, workers, port }: Pick<ClusterOptions, 'dir' | 'workers' | 'port'>): Node[] {
  const node = (name: string, coordinator: boolean, at: number): Node => ({
    name,
    coordinator,
    port: at,
    folder: join(dir, name),
    etc: join(dir, name, 'etc'),
    data: join(dir, name, 'data'),
  })
  return [
    node('coordinator', true, port + 1),
    ...Array.from({ length: workers }, (_, index) => node(`worker-${index + 1}`, false, port + 2 + index)),
  ]
}

/** Has a node started? It says so on the port that the nodes use among themselves. */
export async function answers({ port }: Node): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/info`).catch(() => undefined)
  return answer?.ok === true && ((await answer.json()) as { starting: boolean }).starting === false
}

/** Writes all that the nodes read at their start. Passwords that stand in the hub already are kept. */
export async function configure(options: ClusterOptions, jdk: Jdk, server: string): Promise<readonly Node[]> {
  const nodes = nodesOf(options)
  const coordinator = nodes[0] as Node
  const secret = randomBytes(32).toString('base64')
  await linkPlugins(options.dir, server)
  await makeFolders(options)
  for (const node of nodes) {
    await mkdir(join(node.etc, 'catalog'), { recursive: true })
    await mkdir(join(node.data, 'tmp'), { recursive: true })
    const own = (name: string, lines: Lines): Promise<void> =>
      writeFile(join(node.etc, name), properties(lines))
    await own('node.properties', {
      'node.environment': 'chainon',
      'node.id': node.name,
      'node.data-dir': node.data,
      'node.internal-address': '127.0.0.1',
      'node.bind-ip': '127.0.0.1',
      'plugin.dir': join(options.dir, 'plugin'),
    })
    await writeFile(join(node.etc, 'jvm.config'), jvm(options, node))
    await own('config.properties', {
      coordinator: String(node.coordinator),
      'http-server.http.port': String(node.port),
      'http-server.log.enabled': 'false',
      'discovery.uri': `http://127.0.0.1:${coordinator.port}`,
      'internal-communication.shared-secret': secret,
      'query.max-memory': '50GB',
      // Three tenths of the heap are headroom of the server; a query that needs more goes on to the disk.
      'query.max-memory-per-node': `${Math.floor(0.6 * megabytes(options.memory))}MB`,
      'spill-enabled': 'true',
      'spill-encryption-enabled': 'true',
      'spiller-spill-path': join(node.data, 'spill'),
      ...(options.faultTolerant ? TOLERANT : {}),
      ...(options.quick ? SMALL : {}),
      ...(node.coordinator ? front(options) : {}),
    })
    if (options.faultTolerant)
      await own('exchange-manager.properties', {
        'exchange-manager.name': 'filesystem',
        'exchange.base-directories': join(options.dir, 'exchange'),
      })
    for (const [name, catalogue] of Object.entries(CATALOGS))
      await own(`catalog/${name}.properties`, hive(options.hub, catalogue))
    await rights(node.etc)
  }
  await mkdir(join(options.dir, 'exchange'), { recursive: true })
  await certificate(options.dir, jdk)
  await passwords(options, coordinator.etc)
  return nodes
}

/** What the cluster holds of keys and of steps in between is for its owner alone; so are the folders of roles. */
async function makeFolders({ dir, hub }: ClusterOptions): Promise<void> {
  await mkdir(dir, { recursive: true })
  await chmod(dir, 0o700)
  for (const { folder } of Object.values(CATALOGS))
    await mkdir(join(hub, ...folder), {
      recursive: true,
      mode: folder[0] === 'trusted' ? 0o700 : 0o755,
    })
  await chmod(join(hub, 'trusted'), 0o700)
}

type Lines = Readonly<Record<string, string>>

const properties = (lines: Lines): string =>
  Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

const KEYSTORE_PASSWORD = 'chainon'

const front = ({ dir, port }: ClusterOptions): Lines => ({
  'node-scheduler.include-coordinator': 'false',
  'http-server.https.enabled': 'true',
  'http-server.https.port': String(port),
  'http-server.https.keystore.path': join(dir, 'keystore.p12'),
  'http-server.https.keystore.key': KEYSTORE_PASSWORD,
  'http-server.authentication.type': 'PASSWORD,JWT',
  'http-server.authentication.jwt.key-file': join(dir, 'jwt.key'),
  'http-server.authentication.allow-insecure-over-http': 'false',
})

/** The defaults of fault tolerance ask for more memory than small heaps have: then no node is ever found. */
const TOLERANT: Lines = {
  'retry-policy': 'TASK',
  'fault-tolerant-execution-task-memory': '512MB',
  'fault-tolerant-execution-coordinator-task-memory': '256MB',
}

/** Where tables are small, what the nodes say to each other costs more than the rows: fewer tasks, fewer exchanges. */
const SMALL: Lines = {
  'join-distribution-type': 'BROADCAST',
  'task.concurrency': '1',
}

/** A heap as Java's -Xmx has it. */
function megabytes(heap: string): number {
  const [, number, unit] = /^(\d+)([mMgG])$/.exec(heap) ?? []
  return Number(number) * (unit?.toLowerCase() === 'g' ? 1024 : 1)
}

const hive = (hub: string, { folder, memory, writesAnywhere }: Catalogue): Lines => ({
  'connector.name': 'hive',
  'hive.metastore': 'file',
  'hive.metastore.catalog.dir': `local:///${memory}`,
  'fs.native-local.enabled': 'true',
  'local.location': join(hub, ...folder),
  'hive.non-managed-table-writes-enabled': String(writesAnywhere),
  // Otherwise every write goes through a folder tmp/ of the hub first.
  'hive.temporary-staging-directory-enabled': 'false',
})

const jvm = ({ memory, quick }: ClusterOptions, { data }: Node): string =>
  `${[
    '-server',
    `-Xmx${memory}`,
    `-Djava.io.tmpdir=${join(data, 'tmp')}`,
    '-XX:+ExitOnOutOfMemoryError',
    '-Djdk.attach.allowAttachSelf=true',
    '--enable-native-access=ALL-UNNAMED',
    '--sun-misc-unsafe-memory-access=allow',
    '--add-modules=jdk.incubator.vector',
    ...(quick ? ['-XX:TieredStopAtLevel=1'] : []),
  ].join('\n')}\n`

async function linkPlugins(dir: string, server: string): Promise<void> {
  const folder = join(dir, 'plugin')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const name of PLUGINS) await symlink(join(server, 'plugin', name), join(folder, name))
}

/** A certificate for this machine alone, signed by itself, and the key by which its tokens are checked. */
async function certificate(dir: string, jdk: Jdk): Promise<void> {
  const keytool = join(jdk.home, 'bin', 'keytool')
  const store = join(dir, 'keystore.p12')
  if (await readFile(join(dir, 'certificate.pem'), 'utf8').catch(() => undefined)) return
  await rm(store, { force: true })
  const at = [
    '-alias',
    'chainon',
    '-keystore',
    store,
    '-storetype',
    'PKCS12',
    '-storepass',
    KEYSTORE_PASSWORD,
  ]
  const run = promisify(execFile)
  await run(keytool, [
    '-genkeypair',
    ...at,
    '-keyalg',
    'EC',
    '-groupname',
    'secp256r1',
    '-dname',
    'CN=localhost',
    '-ext',
    'san=dns:localhost,ip:127.0.0.1',
    '-validity',
    '3650',
  ])
  await run(keytool, ['-exportcert', ...at, '-rfc', '-file', join(dir, 'certificate.pem')])
  await writeFile(join(dir, 'jwt.key'), randomBytes(48).toString('base64'), { mode: 0o600 })
}

async function passwords({ hub }: ClusterOptions, etc: string): Promise<void> {
  const lines: string[] = []
  for (const [user, file] of Object.entries(PASSWORD_FILES)) {
    const path = join(hub, ...file)
    const known = await readFile(path, 'utf8').catch(() => undefined)
    const password = known?.trim() ?? randomBytes(24).toString('base64url')
    if (known === undefined) await writeFile(path, `${password}\n`, { mode: 0o600 })
    const salt = randomBytes(16)
    const iterations = 10_000
    const hash = pbkdf2Sync(password, salt, iterations, 32, 'sha1')
    lines.push(`${user}:${iterations}:${salt.toString('hex')}:${hash.toString('hex')}`)
  }
  await writeFile(join(etc, 'password.db'), `${lines.join('\n')}\n`, { mode: 0o600 })
  await writeFile(
    join(etc, 'password-authenticator.properties'),
    properties({ 'password-authenticator.name': 'file', 'file.password-file': join(etc, 'password.db') }),
  )
}

/** What matches no rule is refused. All nodes have them: each answers on a port of its own. */
async function rights(etc: string): Promise<void> {
  const each = Object.entries(RIGHTS).map(([user, catalogs]) => ({
    user: exactly(user),
    catalog: `(${catalogs.join('|')})`,
  }))
  const rules = {
    catalogs: [
      ...each.map((one) => ({ ...one, allow: 'all' })),
      // Without a rule everybody may read it.
      { catalog: 'system', allow: 'none' },
    ],
    schemas: each.map((one) => ({ ...one, schema: OF_RUNS, owner: true })),
    tables: each.map((one) => ({ ...one, schema: OF_RUNS, privileges: ['SELECT', 'INSERT', 'OWNERSHIP'] })),
    // Each sees and ends its own queries only: their text is in the server's pages.
    queries: each.map(({ user }) => ({ user, allow: ['execute'] })),
    impersonation: [],
    system_information: [],
    functions: [],
    procedures: [],
    authorization: [],
    system_session_properties: [],
    catalog_session_properties: [],
  }
  await writeFile(join(etc, 'rules.json'), `${JSON.stringify(rules, null, 1)}\n`)
  await writeFile(
    join(etc, 'access-control.properties'),
    properties({ 'access-control.name': 'file', 'security.config-file': join(etc, 'rules.json') }),
  )
}

const exactly = (user: string): string => user.replaceAll('-', '\\-')
