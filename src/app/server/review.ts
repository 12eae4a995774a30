import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ChainonError } from '../../base/index.ts'
import { type Answered, readAnswer, type ReviewDesk } from '../../linkage/index.ts'

/** What an answer may hold, in bytes. */
const LONGEST = 4096

interface Route {
  readonly method: 'GET' | 'POST'
  /** Behind the token. */
  readonly path: string
  /** Who may come in: whoever has the token, from this machine; to write, only from the page itself. */
  readonly rule: 'token' | 'token, from the page'
  readonly act: (desk: ReviewDesk, request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** Every route there is. What is not here is not found. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '', rule: 'token', act: showPage },
  { method: 'POST', path: 'answer', rule: 'token, from the page', act: takeAnswer },
]

export interface Served {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves one reader's page on this machine alone, under an address that nobody guesses.
 * @param port 0 for any that is free
 * @throws review/port-taken
 */
export async function serveReview(desk: ReviewDesk, port: number): Promise<Served> {
  const token = randomBytes(24).toString('base64url')
  const server = createServer((request, response) => {
    answer(desk, token, request, response).catch((error: unknown) => {
      const known = error instanceof ChainonError
      if (!known) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      else process.stderr.write(`chainon: ${error.message}\n`)
      if (!response.headersSent) end(response, known ? 409 : 500, known ? error.message : 'a fault')
    })
  })
  await new Promise<void>((ready, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'EADDRINUSE'
          ? new ChainonError('review/port-taken', `port ${port} is taken`, {
              advice: 'Name another with --port, or none.',
              cause: error,
            })
          : error,
      ),
    )
    server.listen(port, '127.0.0.1', ready)
  })
  const at = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${at}/${token}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  desk: ReviewDesk,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A name of another's that leads here is not ours (DNS rebinding).
  const host = request.headers.host ?? ''
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(host)) return end(response, 404, 'not found')
  const [, given = '', ...rest] = (request.url ?? '').split('/')
  const route = routes.find(({ path, method }) => path === rest.join('/') && method === request.method)
  if (!route || !isSame(given, token)) return end(response, 404, 'not found')
  if (route.rule === 'token, from the page' && !isFromPage(request, host))
    return end(response, 403, 'only the page itself answers')
  await route.act(desk, request, response)
}

const isSame = (given: string, token: string): boolean =>
  given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token))

/** A browser says from which page a request comes; another page cannot send JSON without asking first. */
const isFromPage = ({ headers }: IncomingMessage, host: string): boolean =>
  headers['content-type'] === 'application/json' &&
  (headers.origin === undefined || headers.origin === `http://${host}`)

async function showPage(desk: ReviewDesk, _: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = await desk.page()
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text as string)
        .digest('base64')}'`,
  )
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; script-src ${scripts.join(' ')}; style-src 'unsafe-inline'; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  end(response, 200, page, 'text/html; charset=utf-8')
}

async function takeAnswer(
  desk: ReviewDesk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > LONGEST) return end(response, 413, 'too long')
  }
  const wanted = readAnswer(body)
  if (!wanted) return end(response, 400, 'no answer')
  const answered: Answered = await desk.answer(wanted)
  end(response, 200, JSON.stringify(answered), 'application/json')
}

function end(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  response.end(text)
}
