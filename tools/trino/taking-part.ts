import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterOptions } from './configure.ts'
import { askHttps } from './https.ts'

/**
 * How many workers the coordinator gives work to. A worker that answers is not yet one of them, and the tables in which
 * it stands are closed to the hub's users; but the coordinator's own pages count them for whoever can log in.
 */
export async function workersTakingPart({ dir, hub, port }: ClusterOptions): Promise<number> {
  const ca = await readFile(join(dir, 'certificate.pem'), 'utf8')
  const password = (await readFile(join(hub, 'trino.password'), 'utf8')).trim()
  const at = `https://127.0.0.1:${port}/ui`
  const form = new URLSearchParams({ username: 'chainon', password }).toString()
  const { cookies } = await askHttps(
    `${at}/login`,
    { ca, method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    form,
  )
  const cookie = cookies.map((one) => one.split(';')[0]).join('; ')
  const { text } = await askHttps(`${at}/api/stats`, { ca, headers: { cookie } })
  return Number((JSON.parse(text) as { activeWorkers: number }).activeWorkers)
}
