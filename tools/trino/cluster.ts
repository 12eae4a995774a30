import { execFile } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
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

async function kill(node: Node): Promise<void> {
  const pid = Number(await readFile(pidFile(node), 'utf8').catch(() => Number.NaN))
  while (await isTrino(pid)) {
    process.kill(pid, 'SIGKILL')
    await wait(100)
  }
  await rm(pidFile(node), { force: true })
}

/** Another process may have the number by now. */
const isTrino = async (pid: number): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('TrinoServer')

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
