import { type Engine, openDuckDb } from '../../engine/index.ts'
import type { Hub } from '../../store/index.ts'

/** An engine for one piece of work, which spills beside the hub's runs. */
export async function withEngine<T>(hub: Hub, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openDuckDb({ memory: '8GB', spill: hub.path('runs', 'spill') })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

export const ledgerPath = (hub: Hub): string => hub.path('runs', 'ledger.jsonl')
