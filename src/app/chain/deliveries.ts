import { basename } from 'node:path'
import { writeText } from '../../base/index.ts'
import { type AcceptedFile, keptDelivery } from '../../sources/index.ts'
import type { Hub } from '../../store/index.ts'
import type { LineageFile } from '../../studies/index.ts'
import { DELIVERIES, type Delivery, type Received } from './model.ts'

/** Keeps what the last delivery of a source was found to be, for whoever asks later. */
export async function keepReport(hub: Hub, source: Delivery, received: Received): Promise<void> {
  const path = hub.path('runs', 'deliveries', `${source}.json`)
  await writeText(path, `${JSON.stringify(received, null, 1)}\n`)
}

/** `T_MCO_C 2019`, `ER_PRS_F 2019 part 2`: two folders may hold files of one name. */
export const slotOf = ({ table, period, part }: AcceptedFile): string =>
  [table, period || [], part ? `part ${part}` : []].flat().join(' ')

/**
 * The files from which everything came, of whichever delivery, as the producers sent them: what each holds, its name,
 * accepted rows, hash. Files with identities are not among them: what they hold stays with the source's process, and
 * the hash of a short list of numbers could be found by trying them.
 */
export async function deliveredFiles(hub: Hub): Promise<LineageFile[]> {
  const kept = await Promise.all(DELIVERIES.map((source) => keptDelivery(hub.path('deliveries', source))))
  return kept.flat().map((file) => ({
    name: `${file.source}/${slotOf(file)}: ${basename(file.path)}`,
    rows: file.rows,
    sha256: file.sha256,
  }))
}
