import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ClusterOptions, configure, type Node, nodesOf } from './configure.ts'
import { findJdk, LEAST_JAVA, type Jdk } from './jdk.ts'
import { serverFolder } from './server.ts'

const run = promisify(execFile)

export interface Cluster {
  /** `https://127.0.0.1:PORT` */
  readonly address: string
  /** The certificate to trust, as PEM. */
  readonly certificate: string
  stop(): Promise<void>
  /** Ends a worker as a power cut would. */
  killWorker(number: number): Promise<void>
  startWorker(number: number): Promise<void>
}

const START_SECONDS = 300

/** Configures and starts a coordinator and its workers; returns when all of them take part. */
export async function startCluster(options: ClusterOptions, say: (line: string) => void = () => {}): Promise<Cluster> {
  const jdk = await findJdk()
  if (!jdk) throw new Error(`Trino needs a JDK of at least ${LEAST_JAVA}: set JAVA_HOME, or install one under /usr/lib/jvm`)
  const server = await serverFolder(say)
  await mkdir(options.dir, { recursive: true })
  await mkdir(options.hub, { recursive: true })
  await stopCluster(options, jdk, server)
  const nodes = await configure(options, jdk, server)
  say(`starting a coordinator and ${options.workers} workers on Java ${jdk.major}`)
  for (const node of nodes) await launch('start', node, jdk, server)
  const cluster = handle(options, nodes, jdk, server)
  await ready(options)
  return cluster
}

/** Ends what runs, or what a killed run left; the configuration stays. */
export async function stopCluster(options: ClusterOptions, jdk?: Jdk, server?: string): Promise<void> {
  const java = jdk ?? (await findJdk())
  if (!java) return
  const folder = server ?? (await serverFolder(() => {}))
  for (const node of nodesOf(options)) await launch('kill', node, java, folder).catch(() => undefined)
}

async function launch(what: 'start' | 'kill', node: Node, jdk: Jdk, server: string): Promise<void> {
  await run(
    join(server, 'bin', 'launcher'),
    [what, '--etc-dir', node.etc, '--data-dir', node.data, '--jvm-dir', jdk.home],
    { env: { ...process.env, JAVA_HOME: jdk.home, PATH: `${join(jdk.home, 'bin')}:${process.env['PATH']}` } },
  )
}

function handle(options: ClusterOptions, nodes: readonly Node[], jdk: Jdk, server: string): Cluster {
  const worker = (number: number): Node => nodes[number] as Node
  return {
    address: `https://127.0.0.1:${options.port}`,
    certificate: join(options.dir, 'certificate.pem'),
    stop: () => stopCluster(options, jdk, server),
    killWorker: (number) => launch('kill', worker(number), jdk, server),
    startWorker: (number) => launch('start', worker(number), jdk, server),
  }
}

/** Asks until the coordinator answers, and then until it knows all of its workers. */
async function ready(options: ClusterOptions): Promise<void> {
  const ca = await readFile(join(options.dir, 'certificate.pem'), 'utf8')
  const until = Date.now() + START_SECONDS * 1000
  for (;;) {
    const info = await get(`https://127.0.0.1:${options.port}/v1/info`, ca).catch(() => undefined)
    if (info && (JSON.parse(info) as { starting: boolean }).starting === false) return
    if (Date.now() > until) throw new Error(`Trino did not start within ${START_SECONDS} s: see ${options.dir}/*/data/var/log`)
    await wait(500)
  }
}

function get(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { ca }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (text += part))
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(String(answer.statusCode)))))
    })
      .on('error', reject)
      .end()
  })
}
