import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'lossless-json'
import { ChainonError } from '../../base/index.ts'
import { asChainonError, TrinoQueryError } from './errors.ts'

/** Who asks: a user with a password, with a token, or (on a cluster without login) with neither. */
export interface Login {
  readonly user: string
  readonly password?: string
  /** A JSON Web Token. */
  readonly token?: string
}

export interface Server {
  /** `https://host:port` */
  readonly address: string
  /** PEM of the certificate to trust, where it is not one of the system's. */
  readonly certificate?: string
  readonly login: Login
  readonly catalog: string
  readonly schema: string
  /** Ends what runs. */
  readonly signal?: AbortSignal
  /** Each question has a connection of its own: one that was idle for long may be closed while it is used. */
  readonly fresh?: boolean
  /** Milliseconds before an answer that is still missing is asked for again; 0 in tests. */
  readonly patience?: number
}

export interface Column {
  readonly name: string
  /** As Trino writes it: `decimal(12, 2)`, `varchar(3)`, `array(varchar)`. */
  readonly type: string
}

/** One answer of the statement protocol. */
export interface Page {
  readonly columns?: readonly Column[]
  readonly data?: readonly (readonly unknown[])[]
  readonly updateCount?: number
  readonly share?: number
}

interface Answer {
  readonly id: string
  readonly nextUri?: string
  readonly columns?: Column[]
  readonly data?: unknown[][]
  readonly updateCount?: number
  readonly stats?: { readonly progressPercentage?: number }
  readonly error?: { readonly errorName: string; readonly errorType: string; readonly message: string }
}

/** Answers after which the protocol says to ask again. */
const AGAIN = new Set([429, 502, 503, 504])
const TRIES = 8

/**
 * Runs one statement by the protocol of Trino (POST /v1/statement, then each nextUri until there is none) and yields
 * its pages. A reader that stops early, or the signal, cancels it on the server.
 * @throws trino/address, trino/certificate, trino/login, trino/right, trino/catalog, trino/schema, trino/worker-lost,
 *   trino/cancelled; a `TrinoQueryError` for what the statement itself got wrong: its words may hold a value
 */
export async function* pages(server: Server, statement: string): AsyncGenerator<Page> {
  let answer = await ask(server, 'POST', '/v1/statement', statement)
  let done = false
  try {
    for (;;) {
      if (answer.error) {
        done = true
        throw failed(server, answer.error)
      }
      const { columns, data, updateCount, stats } = answer
      yield {
        ...(columns ? { columns } : {}),
        ...(data ? { data } : {}),
        ...(updateCount === undefined ? {} : { updateCount }),
        ...(stats?.progressPercentage === undefined ? {} : { share: stats.progressPercentage / 100 }),
      }
      if (answer.nextUri === undefined) break
      answer = await ask(server, 'GET', answer.nextUri)
    }
    done = true
  } finally {
    // Without this the server goes on for minutes for nobody.
    if (!done && answer.nextUri) await once(server, 'DELETE', answer.nextUri).catch(() => undefined)
  }
}

const failed = (server: Server, error: NonNullable<Answer['error']>): Error =>
  asChainonError(server, error) ?? new TrinoQueryError(error.errorName, error.message)

/** Asks until there is an answer, as the protocol says: what a proxy or a busy coordinator refuses is asked again. */
async function ask(server: Server, method: 'POST' | 'GET', to: string, body?: string): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    if (server.signal?.aborted) throw cancelled()
    const got = await once(server, method, to, body).catch((error: NodeJS.ErrnoException) => {
      // A statement that was sent may run: only the question for its pages is safe to put twice.
      if (method === 'GET' && tried < TRIES && LOST.has(error.code ?? '')) return undefined
      throw unreachable(server, error)
    })
    if (got?.status === 200) return read(server, got.text)
    if (got && !(AGAIN.has(got.status) && tried < TRIES)) throw refused(server, got.status, got.text)
    await wait(
      (got?.after ?? 0) * 1000 || (server.patience ?? 100) * 2 ** Math.min(tried - 1, 5),
      undefined,
      server.signal ? { signal: server.signal } : {},
    ).catch(() => undefined)
  }
}

const LOST = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'])

interface Got {
  readonly status: number
  readonly text: string
  /** Seconds that the server asks to wait. */
  readonly after?: number
}

function once(server: Server, method: string, to: string, body?: string): Promise<Got> {
  const url = new URL(to, server.address)
  // A page that names another host would be given the login.
  if (url.host !== new URL(server.address).host)
    return Promise.reject(
      new ChainonError('trino/address', `${server.address} sends on to ${url.host}`, {
        advice:
          'Give the address by which the coordinator names itself, or let its proxy set X-Forwarded-Host.',
      }),
    )
  const tls = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const asked = (tls ? tlsRequest : plainRequest)(
      url,
      {
        method,
        headers: headers(server),
        ...(tls && server.certificate ? { ca: server.certificate } : {}),
        ...(server.fresh ? { agent: false } : {}),
        ...(server.signal && method !== 'DELETE' ? { signal: server.signal } : {}),
      },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () => {
          const after = Number(answer.headers['retry-after'])
          resolve({
            status: answer.statusCode ?? 0,
            text: Buffer.concat(parts).toString('utf8'),
            ...(Number.isFinite(after) ? { after } : {}),
          })
        })
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

function headers({ login, catalog, schema }: Server): Record<string, string> {
  return {
    'X-Trino-User': login.user,
    'X-Trino-Catalog': catalog,
    'X-Trino-Schema': schema,
    'X-Trino-Source': 'chainon',
    'X-Trino-Time-Zone': 'UTC',
    'Content-Type': 'text/plain; charset=utf-8',
    ...(login.token
      ? { Authorization: `Bearer ${login.token}` }
      : login.password
        ? { Authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` }
        : {}),
  }
}

/** Whole numbers beyond 2^53 would be rounded by `JSON.parse`: such a page is read again, digit by digit. */
function read(server: Server, text: string): Answer {
  let answer: Answer
  try {
    answer = JSON.parse(text) as Answer
  } catch {
    throw refused(server, 200, text)
  }
  if (typeof answer.id !== 'string') throw refused(server, 200, text)
  const rounded = (value: unknown): boolean =>
    Array.isArray(value)
      ? value.some(rounded)
      : typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER
  if (!answer.data?.some(rounded)) return answer
  return parse(text, undefined, (digits) =>
    /^-?\d{16,}$/.test(digits) ? BigInt(digits) : Number(digits),
  ) as Answer
}

const cancelled = () => new ChainonError('trino/cancelled', 'the work was ended before it was done')

function unreachable(server: Server, error: NodeJS.ErrnoException): Error {
  if (error instanceof ChainonError) return error
  if (error.name === 'AbortError') return cancelled()
  const code = error.code ?? ''
  if (code.includes('CERT') || code.includes('SIGNED') || code.startsWith('ERR_TLS') || code === 'EPROTO')
    return new ChainonError(
      'trino/certificate',
      `the certificate of ${server.address} is not trusted (${code})`,
      {
        advice: 'Name the certificate of its authority in chainon.yaml: trino.certificate.',
        cause: error,
      },
    )
  return new ChainonError(
    'trino/address',
    `no Trino answers at ${server.address} (${code || error.message})`,
    {
      advice: 'Is the cluster up, and is trino.server in chainon.yaml its address?',
      cause: error,
    },
  )
}

function refused(server: Server, status: number, text: string): ChainonError {
  if (status === 401)
    return new ChainonError('trino/login', `${server.address} does not let ${server.login.user} in`, {
      advice: 'Is the password or token of this user the one that the cluster knows?',
    })
  if (status === 403)
    return new ChainonError(
      'trino/right',
      `${server.address} refuses ${server.login.user}: ${text.slice(0, 200)}`,
    )
  return new ChainonError('trino/address', `what answers at ${server.address} is no Trino (HTTP ${status})`, {
    advice: 'Is trino.server in chainon.yaml the address of the coordinator?',
  })
}
