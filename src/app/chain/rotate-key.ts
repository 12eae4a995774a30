import { type Rotated, rotateMatcherKey } from '../../identity/index.ts'
import { tellReceipts } from '../../spaces/index.ts'
import type { Hub } from '../../store/index.ts'
import { ledgerPath } from './engine.ts'
import { silent, type Tell } from './model.ts'
import { tellOnce } from './tell-once.ts'

/** Folders of a hub beside lake/ and trusted/: no hub id may stand in them. */
const BESIDE = ['deliveries', 'quarantine', 'permits', 'spaces', 'released', 'receipts', 'runs']

/**
 * Rotates the matcher's key and every hub id with it. Open spaces keep their ids: those follow from the numbers of
 * persons in a data version, which stay, and not from hub ids.
 */
export async function rotateKey(hub: Hub, as: string, tell: Tell = silent): Promise<Rotated> {
  const rotated = await rotateMatcherKey({
    trusted: hub.path('trusted'),
    lake: hub.path('lake'),
    receipts: hub.path('receipts'),
    ledgerPath: ledgerPath(hub),
    beside: BESIDE.map((folder) => hub.path(folder)),
    unfinished: hub.path('unfinished'),
    ...(hub.config.seed === undefined ? {} : { seed: hub.config.seed }),
    onProgress: ({ stage, done, total }) => tell(stage, done, total),
  })
  await tellReceipts(hub, as)
  await tellOnce(hub, { who: as, act: 'keys/rotate', subject: `matcher/v${rotated.version}` })
  return rotated
}
