import { readFile } from 'node:fs/promises'
import { type RequestOptions, request } from 'node:https'
import { join } from 'node:path'
import type { ClusterOptions } from './configure.ts'

/**
 * How many workers the coordinator gives work to. A worker that answers is not yet one of them, and the tables in which
 * it stands are closed to the hub's users; but the coordinator's own pages count them for whoever can log in.
 */
export async function workersTakingPart({ dir, hub, port }: ClusterOptions): Promise<number> {
  const ca = await readFile(join(dir, 'certificate.pem'), 'utf8')
  const password = (await readFile(join(hub, 'trino.password'), 'utf8')).trim()
  const at = `https://127.0.0.1:${port}/ui`
  const form = new URLSearchParams({ username: 'chainon', password }).toString()
  const { cookie } = await ask(
    `${at}/login`,
    { ca, method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    form,
  )
  const { text } = await ask(`${at}/api/stats`, { ca, headers: { cookie } })
  return Number((JSON.parse(text) as { activeWorkers: number }).activeWorkers)
}

function ask(url: string, options: RequestOptions, body?: string): Promise<{ text: string; cookie: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (text += part))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({
          text,
          cookie: (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; '),
        }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
