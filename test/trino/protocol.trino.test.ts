import { createHmac } from 'node:crypto'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeAtomically } from '../../src/base/index.ts'
import { type Engine, openDuckDb, openTrino } from '../../src/engine/index.ts'
import {
  clusterOnce,
  engineAs,
  noCluster,
  passwordOf,
  queriesSeenBy,
  type TestCluster,
} from '../fixtures/cluster.ts'

describe.skipIf(noCluster)('the protocol of Trino', () => {
  let cluster: TestCluster
  let engine: Engine
  let password: string
  let certificate: string
  beforeAll(async () => {
    cluster = await clusterOnce()
    engine = await engineAs(cluster, 'lake')
    password = await passwordOf(cluster, 'lake')
    certificate = await readFile(cluster.certificate, 'utf8')
  })
  afterAll(() => engine?.close())

  const options = (with_: Partial<Parameters<typeof openTrino>[0]> = {}) => ({
    address: cluster.address,
    certificate,
    login: { user: 'chainon', password },
    schema: 'chainon',
    places: [{ folder: join(cluster.hub, 'lake'), catalog: 'chainon_lake', location: 'local:///' }] as const,
    patience: 10,
    ...with_,
  })
  const refusal = (with_: Partial<Parameters<typeof openTrino>[0]>) =>
    openTrino(options(with_)).then(
      () => undefined,
      (error: Error & { code?: string }) => error,
    )

  test('values keep their digits and their nulls', async () => {
    expect(
      await engine.rows(`select cast('12345678901234567890.12' as decimal(38,2)) as sum, 9007199254740993 as beyond,
        -9223372036854775807 as least, 3 as small, date '2020-02-29' as leap, cast(null as varchar) as nothing,
        array['a', null, 'é'] as list, array[9007199254740993] as longs, true as yes, 0.1e0 as tenth,
        nan() as nan, -infinity() as low, '' as empty, 'l''été 日本' as text, array[array[1], null] as nested`),
    ).toEqual([
      {
        sum: '12345678901234567890.12',
        beyond: 9007199254740993n,
        least: -9223372036854775807n,
        small: 3,
        leap: '2020-02-29',
        nothing: null,
        list: ['a', null, 'é'],
        longs: [9007199254740993n],
        yes: true,
        tenth: 0.1,
        nan: Number.NaN,
        low: Number.NEGATIVE_INFINITY,
        empty: '',
        text: 'l’été 日本'.replace('’', "'"),
        nested: [[1], null],
      },
    ])
  })

  test('rows come as a stream of batches', async () => {
    let rows = 0
    let batches = 0
    for await (const batch of engine.stream(
      `select a.n * 1000 + b.n as n, 'some text that fills pages' as t from unnest(sequence(0, 199)) as a(n) cross join unnest(sequence(0, 999)) as b(n)`,
    )) {
      rows += batch.length
      batches += 1
    }
    expect(rows).toBe(200_000)
    expect(batches).toBeGreaterThan(1)
  })

  const SLOW = `select count(*) as n from unnest(sequence(1, 9000)) as a(n) cross join unnest(sequence(1, 9000)) as b(n)
    cross join unnest(sequence(1, 9000)) as c(n) where (a.n * b.n + c.n) % 7 = 9`

  test('an abort ends the query on the server', async () => {
    const stop = new AbortController()
    const own = await openTrino(options({ signal: stop.signal }))
    const asked = own.rows(`${SLOW} -- to be ended`)
    setTimeout(() => stop.abort(), 1500)
    await expect(asked).rejects.toMatchObject({ code: 'trino/cancelled' })
    await own.close()
    expect(await endOf('to be ended')).toBe('USER_CANCELED')
  })

  test('a reader that stops early ends the query on the server', async () => {
    const rows = `select a.n, b.n as m, 'left unread' as t from unnest(sequence(1, 9000)) as a(n)
      cross join unnest(sequence(1, 9000)) as b(n)`
    for await (const batch of engine.stream(rows)) {
      expect(batch.length).toBeGreaterThan(0)
      break
    }
    expect(await endOf('left unread')).toBe('USER_CANCELED')
  })

  /** Why a query has ended, as the server tells it. */
  async function endOf(marker: string): Promise<string | undefined> {
    for (let tries = 0; ; tries++) {
      const found = (await queriesSeenBy(cluster, 'lake')).find(({ query }) => query.includes(marker))
      if (found?.errorCode || found?.state === 'FINISHED' || tries > 40) return found?.errorCode?.name
      await wait(250)
    }
  }

  test.each([429, 502, 503, 504])('an answer %i is asked for again', async (status) => {
    const refused = new Set<string>()
    const proxy = await proxyTo((path) => {
      if (refused.has(path)) return undefined
      refused.add(path)
      return status
    })
    try {
      const own = await openTrino(options({ address: proxy.address }))
      expect(await own.rows('select 1 as one')).toEqual([{ one: 1 }])
      await own.close()
      expect(refused.size).toBeGreaterThan(3)
    } finally {
      proxy.close()
    }
  })

  test('an answer that is refused for ever is an error in the end, and says which', async () => {
    const proxy = await proxyTo(() => 503)
    const error = await refusal({ address: proxy.address, patience: 1 })
    proxy.close()
    expect(error).toMatchObject({ code: 'trino/address', message: expect.stringContaining('HTTP 503') })
  })

  test('a connection that breaks at the end of a run leaves no table of it', async () => {
    let breaks = 0
    const proxy = await proxyTo((path) =>
      breaks > 0 && path.startsWith('POST') ? (breaks--, 'break') : undefined,
    )
    const schemas = async () =>
      (await engine.rows<{ Schema: string }>('show schemas from chainon_lake')).map((row) => row.Schema)
    try {
      const before = await schemas()
      const own = await openTrino(options({ address: proxy.address }))
      expect((await schemas()).length).toBe(before.length + 1)
      breaks = 1
      await own.close()
      expect(breaks).toBe(0)
      expect(await schemas()).toEqual(before)
    } finally {
      proxy.close()
    }
  })

  /** A proxy before the real server, which answers some requests itself. */
  async function proxyTo(instead: (path: string) => number | 'break' | undefined) {
    const server: HttpServer = createServer((asked, answer) => {
      const status = instead(`${asked.method} ${asked.url}`)
      if (status === 'break') {
        asked.destroy()
        return
      }
      if (status !== undefined) {
        answer.writeHead(status).end()
        return
      }
      const headers = { ...asked.headers, host: new URL(cluster.address).host }
      asked.pipe(
        request(
          `${cluster.address}${asked.url}`,
          { method: asked.method, ca: certificate, headers },
          (real) => {
            let text = ''
            real.setEncoding('utf8')
            real.on('data', (part: string) => (text += part))
            // The server names itself; who came by the proxy must come by it again.
            real.on('end', () =>
              answer.writeHead(real.statusCode ?? 500).end(text.replaceAll(cluster.address, own())),
            )
          },
        ),
      )
    })
    const own = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return {
      address: own(),
      close: () => {
        server.closeAllConnections()
        server.close()
      },
    }
  }

  function expectNoSecret(error: unknown, ...secrets: readonly string[]): void {
    const all = inspect(error, { depth: 20, showHidden: true, maxStringLength: null })
    for (const secret of [...secrets, Buffer.from(`chainon:${password}`).toString('base64')])
      expect(all).not.toContain(secret)
    expect(all).not.toMatch(/authorization/i)
  }

  test('a wrong address, certificate, login, catalogue or right each say which it is, and tell no secret', async () => {
    const nobody = createServer((_, answer) => answer.end('<html>hello</html>'))
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve))
    const port = (nobody.address() as AddressInfo).port
    const place = { folder: join(cluster.hub, 'lake'), location: 'local:///' }
    const { certificate: _, ...trusting } = options()
    const errors = {
      'trino/address': [
        await refusal({ address: 'http://127.0.0.1:1' }),
        await refusal({ address: `http://127.0.0.1:${port}` }),
      ],
      'trino/certificate': [
        await openTrino(trusting).then(
          () => undefined,
          (error: Error) => error,
        ),
      ],
      'trino/login': [await refusal({ login: { user: 'chainon', password: `${password}x` } })],
      'trino/right': [
        await refusal({ places: [{ ...place, catalog: 'chainon_matcher' }] }),
        await refusal({ places: [{ ...place, catalog: 'no_such_catalogue' }] }),
      ],
    }
    nobody.close()
    for (const [code, found] of Object.entries(errors))
      for (const error of found) {
        expect(error).toMatchObject({ code })
        expectNoSecret(error, password)
      }
    expect(errors['trino/right'][1]?.message).toContain('no_such_catalogue')
  })

  test('a token lets in as a password does', async () => {
    const key = Buffer.from(await readFile(join(cluster.options.dir, 'jwt.key'), 'utf8'), 'base64')
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'chainon', exp: Math.floor(Date.now() / 1000) + 600 })}`
    const token = `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
    const own = await openTrino(options({ login: { user: 'chainon', token } }))
    expect(await own.rows('select current_user as me')).toEqual([{ me: 'chainon' }])
    await own.close()
    const wrong = `${token.slice(0, -4)}AAAA`
    const error = await refusal({ login: { user: 'chainon', token: wrong } })
    expect(error).toMatchObject({ code: 'trino/login' })
    expectNoSecret(error, wrong, token)
    const others = await openTrino(options({ login: { user: 'chainon-hub', token } })).catch((e: Error) => e)
    expect(others).toMatchObject({ code: 'trino/right' })
  })

  test('what a statement gets wrong is told in the words of Trino, and is no error of ours: they may hold a value', async () => {
    await expect(engine.rows(`select cast('secret value' as date)`)).rejects.toMatchObject({
      name: 'TrinoQueryError',
      message: expect.stringContaining('secret value'),
    })
  })

  const writeNumbers = (of: Engine, path: string, upTo: number, onShare?: (share: number) => void) =>
    of.writeParquet(
      of.dialect.name === 'duckdb'
        ? `select n::integer as n, n::varchar as t from range(1, ${upTo + 1}) s(n)`
        : `select n, cast(n as varchar) as t from unnest(sequence(1, ${upTo})) as s(n)`,
      path,
      onShare,
    )
  const NUMBERS = { n: 'integer', t: 'varchar' } as const
  const countNumbers = async (path: string) =>
    engine.rows(`select count(*) as n, max(t) as t from ${await engine.table([path], NUMBERS)}`)

  test('a table is a folder of parts, also without a row', async () => {
    const folder = await mkdtemp(join(cluster.hub, 'lake', '.parts-'))
    const path = join(folder, 'rows.parquet')
    expect(await writeNumbers(engine, path, 5000)).toBe(5000)
    expect((await readdir(path)).every((name) => /^part-\d{5}\.parquet$/.test(name))).toBe(true)
    expect(await countNumbers(path)).toEqual([{ n: 5000n, t: '999' }])
    const none = join(folder, 'none.parquet')
    expect(await engine.writeParquet("select 1 as n, array[date '2020-01-01'] as d where false", none)).toBe(
      0,
    )
    expect(await engine.rows(`select * from ${await engine.table([none], { n: 'integer' })}`)).toEqual([])
  })

  test('how far a write has come is told while it runs', async () => {
    const shares: number[] = []
    const path = join(await mkdtemp(join(cluster.hub, 'lake', '.shares-')), 'rows.parquet')
    await engine.writeParquet(
      `select a.n * 3000 + b.n as n from unnest(sequence(0, 2999)) as a(n)
       cross join unnest(sequence(0, 2999)) as b(n)`,
      path,
      (share) => shares.push(share),
    )
    expect(shares.length).toBeGreaterThan(0)
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true)
  })

  test('a folder of parts takes the place of a file, and a file that of a folder', async () => {
    const path = join(await mkdtemp(join(cluster.hub, 'lake', '.places-')), 'rows.parquet')
    const duckdb = await openDuckDb({ threads: 1 })
    for (const [of, rows] of [
      [duckdb, 10],
      [engine, 20],
      [engine, 30],
      [duckdb, 40],
    ] as const) {
      await writeAtomically(path, async (temporary) => void (await writeNumbers(of, temporary, rows)))
      const own = await engineAs(cluster, 'lake')
      const read = `select count(*) as n from ${await own.table([path], NUMBERS)}`
      expect(await own.rows(read)).toEqual([{ n: BigInt(rows) }])
      await own.close()
      expect(await readdir(dirname(path))).toEqual(['rows.parquet'])
    }
    await duckdb.close()
  })

  test('what a killed run left is dropped by the next, and the data that it was made over stays', async () => {
    const schemas = async () =>
      (await engine.rows<{ Schema: string }>('show schemas from chainon_lake')).map((row) => row.Schema)
    const path = join(await mkdtemp(join(cluster.hub, 'lake', '.left-')), 'rows.parquet')
    await writeNumbers(engine, path, 100)
    const mine = (await schemas()).find((name) => name.includes(`_run_`) && name.includes(`_${process.pid}_`))
    const left = mine?.replace(`_${process.pid}_`, `_${await deadPid()}_`)
    const location = `local:///${relative(join(cluster.hub, 'lake'), path)}`
    await engine.run(`create schema chainon_lake.${left}`)
    await engine.run(`create table chainon_lake.${left}.keep_1 as select 1 as one`)
    await engine.run(
      `create table chainon_lake.${left}.over_1 (n integer) with (format = 'PARQUET', external_location = '${location}')`,
    )
    expect(await engine.rows(`select count(*) as n from chainon_lake.${left}.over_1`)).toEqual([{ n: 100n }])
    await (await engineAs(cluster, 'lake')).close()
    expect(await schemas()).toContain(mine)
    expect(await schemas()).not.toContain(left)
    expect(await countNumbers(path)).toMatchObject([{ n: 100n }])
  })

  /** A process that is no more. */
  async function deadPid(): Promise<number> {
    for (let pid = 4_000_000; ; pid++)
      try {
        process.kill(pid, 0)
      } catch {
        return pid
      }
  }
})
