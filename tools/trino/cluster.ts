import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { answers, type ClusterOptions, configure, type Node, nodesOf } from './configure.ts'
import { findJdk, type Jdk, LEAST_JAVA } from './jdk.ts'
import { serverFolder } from './server.ts'

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

/** Configures and starts a coordinator and its workers; returns when all of them have started. */
export async function startCluster(
  options: ClusterOptions,
  say: (line: string) => void = () => {},
): Promise<Cluster> {
  const jdk = await findJdk()
  if (!jdk)
    throw new Error(
      `Trino needs a JDK of at least ${LEAST_JAVA}: set JAVA_HOME, or install one under /usr/lib/jvm`,
    )
  const server = await serverFolder(say)
  await mkdir(options.dir, { recursive: true })
  await mkdir(options.hub, { recursive: true })
  await stopCluster(options)
  const nodes = await configure(options, jdk, server)
  for (const port of [options.port, ...nodes.map((node) => node.port)]) await mustBeFree(port)
  say(`starting a coordinator and ${options.workers} workers on Java ${jdk.major}`)
  await Promise.all(nodes.map((node) => launch(node, jdk, server)))
  await allStarted(nodes)
  return {
    address: `https://127.0.0.1:${options.port}`,
    certificate: join(options.dir, 'certificate.pem'),
    stop: () => stopCluster(options),
    killWorker: (number) => kill(nodes[number] as Node),
  }
}

/** Ends what runs, and what a killed run left, of however many workers it had; configuration and logs stay. */
export async function stopCluster(options: Pick<ClusterOptions, 'dir' | 'workers' | 'port'>): Promise<void> {
  const nodes = nodesOf({ ...options, workers: Math.max(options.workers, MOST_WORKERS) })
  await Promise.all(nodes.map(kill))
}

const MOST_WORKERS = 8
const pidFile = (node: Node): string => join(node.data, 'var', 'run', 'launcher.pid')

/** The launcher's own file of the number is not always right: a node is known by the folder that it was told. */
async function kill(node: Node): Promise<void> {
  for (;;) {
    const pids = await processesOf(node)
    if (pids.length === 0) break
    for (const pid of pids) end(pid)
    await wait(100)
  }
  await rm(pidFile(node), { force: true })
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It may have ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function processesOf({ data }: Node): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    // A killed process that nobody has waited for yet has no command any more.
    if (command.split('\0').includes(`-Dnode.data-dir=${data}`)) found.push(Number(name))
  }
  return found
}

async function launch(node: Node, jdk: Jdk, server: string): Promise<void> {
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

async function mustBeFree(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Error(`port ${port} is taken: choose another with --port`)))
    server.listen(port, '127.0.0.1', resolve)
  })
  await new Promise((resolve) => server.close(resolve))
}

async function allStarted(nodes: readonly Node[]): Promise<void> {
  const until = Date.now() + START_SECONDS * 1000
  for (const node of nodes)
    while (!(await answers(node))) {
      if (Date.now() > until)
        throw new Error(
          `${node.name} did not start in ${START_SECONDS} s: see ${join(node.data, 'var', 'log', 'server.log')}`,
        )
      await wait(250)
    }
}
