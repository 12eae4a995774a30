import { type RequestOptions, request } from 'node:https'

export interface Answer {
  readonly status: number
  readonly text: string
  readonly cookies: readonly string[]
}

/** Asks a coordinator's own pages, whole. */
export function askHttps(url: string, options: RequestOptions, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (text += part))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, cookies: answer.headers['set-cookie'] ?? [] }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
