import { type DuckDb, type Engine, openDuckDb, openEngine } from '../../engine/index.ts'
import type { Hub } from '../../store/index.ts'

const local = (hub: Hub) => ({ memory: '8GB', spill: hub.path('runs', 'spill') })

/** The hub's engine, for one piece of work on the lake. */
export async function withEngine<T>(hub: Hub, work: (engine: Engine) => Promise<T>): Promise<T> {
  return closing(await openEngine(hub.engine, { as: 'lake', folder: hub.dir }, local(hub)), work)
}

/** An engine of this machine, whatever the hub's is: delivered files are read where they arrive. */
export async function withDuckDb<T>(hub: Hub, work: (engine: DuckDb) => Promise<T>): Promise<T> {
  return closing(await openDuckDb(local(hub)), work)
}

async function closing<E extends Engine, T>(engine: E, work: (engine: E) => Promise<T>): Promise<T> {
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

export const ledgerPath = (hub: Hub): string => hub.path('runs', 'ledger.jsonl')
