/*
 * A Trino cluster on this machine for one hub: npm run trino. For trying, for tests and for benchmarks; a cluster of a
 * national hub is installed by its administrators (docs/how-to/from-one-machine-to-a-cluster.md).
 */
import { basename, dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openHub } from '../../src/store/index.ts'
import { optionsOf, startCluster } from './cluster.ts'
import { answers, type ClusterOptions, nodesOf } from './configure.ts'
import { killIn } from './processes.ts'
import { workersTakingPart } from './taking-part.ts'

const HELP = `Usage: npm run trino -- [start|stop|status] [options]

A Trino coordinator and its workers on this machine, for the hub of one folder. Needs a JDK of at least 24 (JAVA_HOME,
PATH or /usr/lib/jvm) and Maven, which fetches the server once (821 MB); or TRINO_HOME, an unpacked server.

Options:
  --hub <dir>         the hub whose folders the cluster sees   (default: chainon-demo/hub)
  --workers <n>       how many workers                         (default: 2)
  --memory <size>     heap of each process, as Java writes it  (default: 2G)
  --fault-tolerant    go on when a worker is lost; slower
  --quick             sooner started, slower on large tables
  --port <n>          of the coordinator's HTTPS; those that the nodes use among themselves follow it (default: 8443)
  --dir <dir>         where the cluster keeps its configuration and logs (default: .trino)
  --help

Example:
  npm run trino
  npm run chainon -- demo --engine trino --certificate .trino/certificate.pem
  npm run trino -- stop
`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      hub: { type: 'string', default: 'chainon-demo/hub' },
      workers: { type: 'string', default: '2' },
      memory: { type: 'string', default: '2G' },
      'fault-tolerant': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      port: { type: 'string', default: '8443' },
      dir: { type: 'string', default: '.trino' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return say(HELP)
  const [what = 'start', ...more] = positionals
  const dir = resolve(values.dir)
  if (more.length > 0) throw new Error(`one of start, stop and status, not ${positionals.join(' ')}`)
  if (what === 'stop') return stop(dir)
  if (what === 'status') return status(dir)
  if (what !== 'start') throw new Error(`start, stop or status, not ${what}: see --help`)
  await start(
    {
      dir,
      hub: resolve(values.hub),
      workers: whole(values.workers, '--workers'),
      memory: heap(values.memory),
      faultTolerant: values['fault-tolerant'],
      quick: values.quick,
      port: whole(values.port, '--port'),
    },
    values.dir,
  )
}

async function start(options: ClusterOptions, dir: string): Promise<void> {
  const begun = performance.now()
  const { address, certificate } = await startCluster(options, (line) => say(`${line}\n`))
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  const made = await openHub(options.hub).catch(() => undefined)
  const called = relative('.', options.hub)
  const demo = basename(options.hub) === 'hub' ? dirname(called) : undefined
  say(`
Trino listens at ${address} after ${seconds} s. It sees the hub ${options.hub}, whose chainon.yaml says:

  engine: trino
  trino:
    server: ${address}
    certificate: ${certificate}

Its pages:    ${address}/ui (user chainon, the password stands in ${join(called, 'trino.password')})
${
  made || demo === undefined
    ? ''
    : `The demo:     npm run chainon -- demo --dir ${demo} --engine trino --server ${address} --certificate ${join(dir, 'certificate.pem')}\n`
}To stop it:   npm run trino -- stop${dir === '.trino' ? '' : ` --dir ${dir}`}
`)
}

async function stop(dir: string): Promise<void> {
  const options = await optionsOf(dir)
  await killIn(dir)
  say(
    options
      ? 'Trino is stopped; its configuration and logs are kept.\n'
      : `no cluster was started in ${dir}\n`,
  )
}

async function status(dir: string): Promise<void> {
  const options = await optionsOf(dir)
  if (!options) return say(`no cluster was started in ${dir}\n`)
  for (const node of nodesOf(options)) {
    const how = (await answers(node)) ? 'answers' : 'does not answer'
    say(`${node.name.padEnd(14)} ${how} on port ${node.port}\n`)
  }
  const part = await workersTakingPart(options).catch(() => 0)
  say(
    `${part} of ${options.workers} workers take part at https://127.0.0.1:${options.port}, hub ${options.hub}\n`,
  )
}

const say = (text: string): void => void process.stdout.write(text)

function whole(text: string, option: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} ${text} is not a whole number`)
  return Number(text)
}

function heap(text: string): string {
  if (!/^[1-9]\d*[kmgKMG]$/.test(text))
    throw new Error(`--memory ${text} is no size as Java writes it: 1500M, 2G`)
  return text
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
