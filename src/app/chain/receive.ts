import { readdir, stat } from 'node:fs/promises'
import { ChainonError } from '../../base/index.ts'
import { Ledger, openDuckDb } from '../../engine/index.ts'
import { pseudonymiseSnds, receiveBndmr, receiveOppositions } from '../../identity/index.ts'
import {
  checkDelivery,
  type CleaningReport,
  type DeliveryReport,
  keepDelivery,
  keptDelivery,
  runCleaning,
  writeReferentials,
} from '../../sources/index.ts'
import { type Hub, record } from '../../store/index.ts'

/** What can be received, in the order in which the chain takes it. */
export const DELIVERIES = ['referentials', 'snds', 'bndmr', 'oppositions'] as const
export type Delivery = (typeof DELIVERIES)[number]

export interface Received {
  readonly delivery: DeliveryReport
  /** Of the SNDS: what each cleaning rule takes away. */
  readonly cleaning?: CleaningReport
  /** Of the oppositions: the version that now holds. */
  readonly oppositions?: { readonly version: string; readonly persons: number }
}

/** Checks a delivery, sets aside what cannot be read, and brings the rest to the lake. One line in the journal. */
export async function receive(
  hub: Hub,
  source: Delivery,
  dir: string,
  as: string,
  tell: (progress: string) => void = () => undefined,
): Promise<Received> {
  await mustHoldFiles(dir)
  const received = await receivers[source](hub, dir, tell)
  await record(hub, {
    who: as,
    act: 'delivery/receive',
    subject: source,
    hashes: Object.fromEntries(received.delivery.accepted.map((file) => [lastPart(file.path), file.sha256])),
  })
  return received
}

type Receiver = (hub: Hub, dir: string, tell: (progress: string) => void) => Promise<Received>

const receivers: Record<Delivery, Receiver> = {
  async referentials(hub, dir) {
    return withEngine(hub, async (engine) => {
      const delivery = await check(hub, 'referentials', dir, engine)
      await writeReferentials({ engine, files: delivery.accepted, lake: hub.path('lake') })
      return { delivery }
    })
  },

  async snds(hub, dir, tell) {
    const ledgerPath = hub.path('runs', 'ledger.jsonl')
    const lake = hub.path('lake')
    const delivery = await withEngine(hub, (engine) => check(hub, 'snds', dir, engine, tell))
    const files = await keepDelivery(hub.path('deliveries', 'snds'), delivery.accepted)
    await pseudonymiseSnds({
      trusted: hub.path('trusted'),
      files,
      lake,
      ledgerPath,
      onProgress: ({ stage, done, total }) => tell(total ? `${stage} ${share(done ?? 0, total)}` : stage),
    })
    const ledger = await Ledger.open(ledgerPath)
    const cleaning = await withEngine(hub, (engine) =>
      runCleaning({ engine, ledger, lake, onStep: ({ step }) => tell(step) }),
    )
    return { delivery, cleaning }
  },

  async bndmr(hub, dir, tell) {
    const { report } = await receiveBndmr({
      trusted: hub.path('trusted'),
      dir,
      deliveries: hub.path('deliveries', 'bndmr'),
      lake: hub.path('lake'),
      ledgerPath: hub.path('runs', 'ledger.jsonl'),
      onProgress: ({ stage }) => tell(stage),
      ...(hub.config.seed === undefined ? {} : { seed: hub.config.seed }),
    })
    return { delivery: report }
  },

  async oppositions(hub, dir, tell) {
    const { report, current } = await receiveOppositions({
      trusted: hub.path('trusted'),
      dir,
      lake: hub.path('lake'),
      today: hub.today(),
      onProgress: ({ stage }) => tell(stage),
    })
    return { delivery: report, oppositions: { version: current.version, persons: current.n } }
  },
}

async function check(
  hub: Hub,
  source: Delivery,
  dir: string,
  engine: Parameters<typeof checkDelivery>[0]['engine'],
  tell: (progress: string) => void = () => undefined,
): Promise<DeliveryReport> {
  return checkDelivery({
    source,
    dir,
    engine,
    quarantine: hub.path('quarantine', source),
    earlier: await keptDelivery(hub.path('deliveries', source)),
    onFile: ({ file, index, of }) => tell(`check ${file} (${index + 1} of ${of})`),
  })
}

/** An engine for one piece of work, which spills beside the hub's runs. */
export async function withEngine<T>(
  hub: Hub,
  work: (engine: Awaited<ReturnType<typeof openDuckDb>>) => Promise<T>,
): Promise<T> {
  const engine = await openDuckDb({ memory: '8GB', spill: hub.path('runs', 'spill') })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

async function mustHoldFiles(dir: string): Promise<void> {
  const folder = await stat(dir).catch(() => undefined)
  if (!folder?.isDirectory())
    throw new ChainonError('receive/no-folder', `${dir} is not a folder`, {
      advice: 'Give the folder that holds the delivered files.',
    })
  if ((await readdir(dir)).length === 0) throw new ChainonError('receive/empty', `${dir} holds no file`)
}

const share = (done: number, total: number): string => `${Math.round((100 * done) / total)} %`
const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
