import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { answers, type ClusterOptions, configure, type Node, nodesOf } from './configure.ts'
import { findJdk, type Jdk, LEAST_JAVA } from './jdk.ts'
import { endWith, killIn, processesIn } from './processes.ts'
import { serverFolder } from './server.ts'
import { workersTakingPart } from './taking-part.ts'

const run = promisify(execFile)

export interface Cluster {
  /** `https://127.0.0.1:PORT` */
  readonly address: string
  /** PEM file of the certificate to trust. */
  readonly certificate: string
  stop(): Promise<void>
  /** Ends a worker as a power cut would; the first is 1. */
  killWorker(number: number): Promise<void>
}

const START_SECONDS = 300

/**
 * Configures and starts a coordinator and its workers; returns when all of them take part.
 * @param owner the process whose end ends the cluster too; without one it runs until it is stopped
 */
export async function startCluster(
  options: ClusterOptions,
  say: (line: string) => void = () => {},
  owner?: number,
): Promise<Cluster> {
  const jdk = await findJdk()
  if (!jdk)
    throw new Error(
      `Trino needs a JDK of at least ${LEAST_JAVA}: set JAVA_HOME, or install one under /usr/lib/jvm`,
    )
  const server = await serverFolder(say)
  await killIn(options.dir)
  const nodes = nodesOf(options)
  await mustBeFree(options.port, ...nodes.map((node) => node.port))
  await configure(options, jdk, server)
  await writeFile(optionsFile(options.dir), JSON.stringify(options))
  say(`starting a coordinator and ${options.workers} workers on Java ${jdk.major}`)
  try {
    await Promise.all(nodes.map((node) => launch(node, jdk, server)))
    if (owner !== undefined) await endWith(owner, options.dir)
    const until = Date.now() + START_SECONDS * 1000
    await Promise.all(nodes.map((node) => started(node, until)))
    await takingPart(options, until)
  } catch (error) {
    await killIn(options.dir)
    throw error
  }
  return {
    address: `https://127.0.0.1:${options.port}`,
    certificate: join(options.dir, 'certificate.pem'),
    stop: () => killIn(options.dir),
    killWorker: (number) => killIn((nodes[number] as Node).folder),
  }
}

const optionsFile = (dir: string): string => join(dir, 'cluster.json')

/** With which options the cluster of a folder was started last. */
export const optionsOf = (dir: string): Promise<ClusterOptions | undefined> =>
  readFile(optionsFile(dir), 'utf8').then(
    (text) => JSON.parse(text) as ClusterOptions,
    () => undefined,
  )

const pidFile = (node: Node): string => join(node.data, 'var', 'run', 'launcher.pid')

async function launch(node: Node, jdk: Jdk, server: string): Promise<void> {
  // It starts nothing where a process has by now the number of one that was killed; and logs of then are not of now.
  await rm(join(node.data, 'var'), { recursive: true, force: true })
  await run(
    join(server, 'bin', 'launcher'),
    [
      'start',
      '--etc-dir',
      node.etc,
      '--data-dir',
      node.data,
      '--pid-file',
      pidFile(node),
      '--jvm-dir',
      jdk.home,
    ],
    { env: { ...process.env, JAVA_HOME: jdk.home, PATH: `${join(jdk.home, 'bin')}:${process.env['PATH']}` } },
  )
}

async function mustBeFree(...ports: readonly number[]): Promise<void> {
  // A process that was killed a moment ago holds its ports a little longer.
  for (const port of ports)
    for (let tries = 20; !(await isFree(port)); await wait(STEP))
      if (tries-- === 0)
        throw new Error(
          `port ${port} is taken, and the cluster uses ${ports[0]} to ${ports.at(-1)}: choose others with --port`,
        )
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

const STEP = 250

async function started(node: Node, until: number): Promise<void> {
  for (let gone = 0; !(await answers(node)); await wait(STEP)) {
    gone = (await processesIn(node.folder)).length === 0 ? gone + 1 : 0
    // Between the launcher's end and the first word of Java there is no process for a moment.
    if (gone * STEP > 2000) throw await failed(node, 'ended before it had started')
    if (Date.now() > until) throw await failed(node, `did not start in ${START_SECONDS} s`)
  }
}

async function takingPart(options: ClusterOptions, until: number): Promise<void> {
  for (;;) {
    const part = await workersTakingPart(options).catch(() => 0)
    if (part >= options.workers) return
    if (Date.now() > until)
      throw new Error(
        `only ${part} of ${options.workers} workers take part after ${START_SECONDS} s: see the logs in ${options.dir}`,
      )
    await wait(STEP)
  }
}

/** What a node said is wrong, and where the rest stands: Java writes one log, Trino another. */
async function failed({ name, data }: Node, how: string): Promise<Error> {
  const found: string[] = []
  for (const [of, tells] of [
    ['launcher', /^Error|^Exception/],
    ['server', /\tERROR\t/],
  ] as const) {
    const log = join(data, 'var', 'log', `${of}.log`)
    const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n')
    const said = lines.find((line) => tells.test(line))
    if (said !== undefined) found.push(`${said.trim()}\nSee ${log}`)
  }
  return new Error(`${name} ${how}: ${found[0] ?? `see ${join(data, 'var', 'log')}`}`)
}
