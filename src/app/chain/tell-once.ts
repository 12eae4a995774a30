import { canonicalJson } from '../../base/index.ts'
import { type Act, type Hub, readJournal, record } from '../../store/index.ts'

/**
 * Records an act unless the newest line about the same act and subject says just this: a command that is run
 * again, or resumed after a kill, changes nothing and has nothing to tell.
 */
export async function tellOnce(hub: Hub, act: Act): Promise<void> {
  const lines = await readJournal(hub.path('journal.jsonl'))
  const last = lines.findLast((line) => line.act === act.act && line.subject === act.subject)
  if (last && last.who === act.who && canonicalJson(last.hashes ?? {}) === canonicalJson(act.hashes ?? {}))
    return
  await record(hub, act)
}
