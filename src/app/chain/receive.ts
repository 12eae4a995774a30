import { readdir, stat } from 'node:fs/promises'
import { ChainonError, requireSpace } from '../../base/index.ts'
import { type DuckDb, Ledger } from '../../engine/index.ts'
import { pseudonymiseSnds, receiveBndmr, receiveOppositions } from '../../identity/index.ts'
import {
  bytesToReceive,
  checkDelivery,
  type DeliveryReport,
  keepDelivery,
  keptDelivery,
  runCleaning,
  writeReferentials,
} from '../../sources/index.ts'
import type { Hub } from '../../store/index.ts'
import { keepReport, slotOf } from './deliveries.ts'
import { ledgerPath, withDuckDb, withEngine } from './engine.ts'
import { type Delivery, type Received, silent, stepTold, type Tell } from './model.ts'
import { tellOnce } from './tell-once.ts'

/**
 * Checks a delivery, sets aside what cannot be read, and brings the rest to the lake. One line in the journal.
 * @throws receive/no-folder, receive/empty, storage/no-space
 */
export async function receive(
  hub: Hub,
  source: Delivery,
  dir: string,
  as: string,
  tell: Tell = silent,
): Promise<Received> {
  await mustHoldFiles(dir)
  await requireSpaceFor(hub, source, dir)
  const received = await receivers[source](hub, dir, tell)
  await keepReport(hub, source, received)
  await tellOnce(hub, {
    who: as,
    act: 'delivery/receive',
    subject: source,
    hashes: Object.fromEntries(received.delivery.accepted.map((file) => [slotOf(file), file.sha256])),
  })
  return received
}

type Receiver = (hub: Hub, dir: string, tell: Tell) => Promise<Received>

const receivers: Record<Delivery, Receiver> = {
  async referentials(hub, dir) {
    return withDuckDb(hub, async (engine) => {
      const delivery = await check(hub, 'referentials', dir, engine)
      const files = await keepDelivery(hub.path('deliveries', 'referentials'), delivery.accepted)
      await writeReferentials({ engine, files, lake: hub.path('lake') })
      return { delivery }
    })
  },

  async snds(hub, dir, tell) {
    const lake = hub.path('lake')
    const delivery = await withDuckDb(hub, (engine) => check(hub, 'snds', dir, engine, tell))
    const files = await keepDelivery(hub.path('deliveries', 'snds'), delivery.accepted)
    await pseudonymiseSnds({
      trusted: hub.path('trusted'),
      files,
      lake,
      ledgerPath: ledgerPath(hub),
      onProgress: ({ stage, done, total }) => tell(stage, done, total),
    })
    const ledger = await Ledger.open(ledgerPath(hub))
    const cleaning = await withEngine(hub, (engine) =>
      runCleaning({ engine, ledger, lake, onStep: (event) => tell(stepTold(event)) }),
    )
    return { delivery, cleaning }
  },

  async bndmr(hub, dir, tell) {
    const { report } = await receiveBndmr({
      trusted: hub.path('trusted'),
      dir,
      deliveries: hub.path('deliveries', 'bndmr'),
      lake: hub.path('lake'),
      ledgerPath: ledgerPath(hub),
      onProgress: ({ stage, done, total }) => tell(stage, done, total),
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
  engine: DuckDb,
  tell: Tell = silent,
): Promise<DeliveryReport> {
  return checkDelivery({
    source,
    dir,
    engine,
    quarantine: hub.path('quarantine', source),
    earlier: await keptDelivery(hub.path('deliveries', source)),
    onFile: ({ file, index, of }) => tell(`check ${file}`, index, of),
  })
}

async function mustHoldFiles(dir: string): Promise<void> {
  const folder = await stat(dir).catch(() => undefined)
  if (!folder?.isDirectory())
    throw new ChainonError('receive/no-folder', `${dir} is not a folder`, {
      advice: 'Give the folder that holds the delivered files.',
    })
  if ((await readdir(dir)).length === 0) throw new ChainonError('receive/empty', `${dir} holds no file`)
}

/** What the source's process keeps this one cannot see: deliveries with identities are asked for whole again. */
async function requireSpaceFor(hub: Hub, source: Delivery, dir: string): Promise<void> {
  const kept = await keptDelivery(hub.path('deliveries', source))
  await requireSpace(hub.dir, await bytesToReceive(source, dir, kept), `receiving ${source} from ${dir}`)
}
