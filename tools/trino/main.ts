/*
 * A Trino cluster on this machine for one hub: npm run trino. For trying, for tests and for benchmarks; a cluster of a
 * national hub is installed by its administrators (docs/how-to/from-one-machine-to-a-cluster.md).
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster, stopCluster } from './cluster.ts'
import { answers, type ClusterOptions, nodesOf } from './configure.ts'

const HELP = `Usage: npm run trino -- [start|stop|status] [options]

A Trino coordinator and its workers on this machine, for the hub of one folder. Needs a JDK of at least 24 (JAVA_HOME,
PATH or /usr/lib/jvm) and Maven, which fetches the server once (821 MB); or TRINO_HOME, an unpacked server.

Options:
  --hub <dir>         the hub whose folders the cluster sees   (default: chainon-demo/hub)
  --workers <n>       how many workers                         (default: 2)
  --memory <size>     heap of each process, as Java writes it  (default: 2G)
  --fault-tolerant    go on when a worker is lost; slower
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
      port: { type: 'string', default: '8443' },
      dir: { type: 'string', default: '.trino' },
      help: { type: 'boolean', default: false },
    },
  })
  const what = positionals[0] ?? 'start'
  if (values.help || !['start', 'stop', 'status'].includes(what)) return say(HELP)
  const options: ClusterOptions = {
    dir: resolve(values.dir),
    hub: resolve(values.hub),
    workers: whole(values.workers, '--workers'),
    memory: values.memory,
    faultTolerant: values['fault-tolerant'],
    port: whole(values.port, '--port'),
  }
  if (what === 'stop') {
    await stopCluster(options)
    return say('Trino is stopped; its configuration and logs are kept.\n')
  }
  if (what === 'status') {
    for (const node of nodesOf(options))
      say(
        `${node.name.padEnd(14)} ${(await answers(node)) ? `answers on port ${node.port}` : 'does not answer'}\n`,
      )
    return
  }
  const started = performance.now()
  const cluster = await startCluster(options, (line) => say(`${line}\n`))
  say(`
Trino listens at ${cluster.address} after ${((performance.now() - started) / 1000).toFixed(0)} s. Its hub is ${options.hub}, whose chainon.yaml says:

  engine: trino
  trino:
    server: ${cluster.address}
    certificate: ${cluster.certificate}

The demo on it:  npm run chainon -- demo --engine trino --server ${cluster.address} --certificate ${values.dir}/certificate.pem
To stop it:      npm run trino -- stop${values.dir === '.trino' ? '' : ` --dir ${values.dir}`}
`)
}

const say = (text: string): void => void process.stdout.write(text)

function whole(text: string, option: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} ${text} is not a whole number`)
  return Number(text)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
