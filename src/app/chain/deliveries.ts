import { readFile } from 'node:fs/promises'
import { writeText } from '../../base/index.ts'
import type { Hub } from '../../store/index.ts'
import type { LineageFile } from '../../studies/index.ts'
import { DELIVERIES, type Delivery, type Received } from './model.ts'

const reportPath = (hub: Hub, source: Delivery): string => hub.path('runs', 'deliveries', `${source}.json`)

/** Keeps what a delivery was found to be, for the lineage of reports and for whoever asks later. */
export async function keepReport(hub: Hub, source: Delivery, received: Received): Promise<void> {
  await writeText(reportPath(hub, source), `${JSON.stringify(received, null, 1)}\n`)
}

/** The report of the last delivery of a source; undefined before the first. */
async function readReport(hub: Hub, source: Delivery): Promise<Received | undefined> {
  const text = await readFile(reportPath(hub, source), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Received)
}

/** The files from which everything came, as the producers sent them: name, accepted rows, hash. */
export async function deliveredFiles(hub: Hub): Promise<LineageFile[]> {
  const reports = await Promise.all(DELIVERIES.map((source) => readReport(hub, source)))
  return reports.flatMap((received) =>
    (received?.delivery.accepted ?? []).map((file) => ({
      name: `${file.source}/${file.path.slice(file.path.lastIndexOf('/') + 1)}`,
      rows: file.rows,
      sha256: file.sha256,
    })),
  )
}
