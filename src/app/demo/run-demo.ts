import { join, resolve } from 'node:path'
import { ChainonError, exists } from '../../base/index.ts'
import { createKeys } from '../../identity/index.ts'
import { openSpace } from '../../spaces/index.ts'
import { type Hub, type InitOptions, openHub, withLock } from '../../store/index.ts'
import { dromos } from '../../studies/index.ts'
import { demoCountry, synthesise } from '../../synthetic/index.ts'
import { build } from '../chain/build-omop.ts'
import { hiddenCells } from '../chain/hidden-cells.ts'
import { link } from '../chain/link.ts'
import { makeHub } from '../chain/make-hub.ts'
import { DELIVERIES, type Delivery, type Received, rowsOf, type Tell } from '../chain/model.ts'
import { receive } from '../chain/receive.ts'
import { runStudy, submitStudy } from '../chain/run-study.ts'
import { closingBalance } from './closing-balance.ts'
import { requireDemoSpace } from './demo-space.ts'
import { ANALYST, COMMITTEE, grantPermit, PERMIT } from './grant-permit.ts'
import type { DemoResult, Stage } from './model.ts'
import { deliveriesIn } from './recognise-deliveries.ts'

export interface DemoOptions {
  /** The demo's folder: `country/` and `hub/` are made in it; what a killed run left is gone on with. */
  readonly dir: string
  readonly persons: number
  readonly seed: string
  /** Deliveries that the demo did not make; then nothing is invented and there is no truth. */
  readonly from?: string
  /** Of `from`: these data are invented, and everything says so. */
  readonly synthetic?: boolean
  /** A cluster that is the hub's engine, instead of DuckDB. */
  readonly trino?: NonNullable<InitOptions['trino']>
  readonly run: <T>(stage: string, work: (tell: Tell) => Promise<T>, result: (value: T) => Told) => Promise<T>
}

/** What a stage has to say for itself when it is done. */
export interface Told {
  readonly rows?: number
  readonly setAside?: number
  readonly of?: Readonly<Record<string, string | number>>
}

const PRODUCER = 'Data holder'

/**
 * The whole chain. On an invented country every stage must succeed; on deliveries of others each goes as far as
 * their tables allow, and says what it lacked.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const dir = resolve(options.dir)
  const stages: Stage[] = []
  const foreign = options.from !== undefined
  const stage = async <T>(
    name: string,
    work: (tell: Tell) => Promise<T>,
    result: (value: T) => Told,
  ): Promise<T | undefined> => {
    const started = performance.now()
    const seconds = (): number => Number(((performance.now() - started) / 1000).toFixed(2))
    try {
      const value = await options.run(name, work, result)
      const { rows } = result(value)
      stages.push({ stage: name, seconds: seconds(), ...(rows === undefined ? {} : { rows }) })
      return value
    } catch (error) {
      if (!foreign || !(error instanceof ChainonError)) throw error
      stages.push({ stage: name, seconds: seconds(), lacked: error.message })
      return undefined
    }
  }

  const country = options.from ?? join(dir, 'country')
  if (!foreign) {
    await requireDemoSpace(dir, options.persons)
    await stage(
      'synth',
      (tell) => synthesise({ ...countryOf(options), out: country, onStage: tell }),
      ({ persons, rare }) => ({ of: { persons, 'in the registry': rare } }),
    )
  }
  const opened = await hubIn(dir, options)
  return withLock(opened, 'demo', async () => {
    let hub = opened
    const received = await receiveAll(hub, country, stage)
    const linked = await stage(
      'link',
      // The other method would only be compared in the report, which takes as long again.
      (tell) => link(hub, PRODUCER, tell, { compare: false }),
      ({ quality }) => ({ of: { linked: quality.linked, patients: quality.patients } }),
    )
    const built = await stage(
      'omop',
      (tell) => build(hub, PRODUCER, tell),
      ({ version, persons, tables }) => ({
        rows: rowsOf(tables),
        of: { version, persons: persons.all },
      }),
    )
    await stage(
      'permit',
      async () => {
        hub = await grantPermit(hub)
      },
      () => ({ of: { permit: PERMIT, signer: COMMITTEE } }),
    )
    await stage(
      'space',
      (tell) => openSpace({ hub, permit: PERMIT, as: ANALYST, onStep: (table) => tell(table) }),
      ({ manifest }) => ({
        rows: rowsOf(manifest.tables),
        of: { persons: manifest.persons },
      }),
    )
    await stage(
      'study',
      () => runStudy(hub, dromos, PERMIT, ANALYST),
      ({ tables }) => ({ of: { tables: tables.length } }),
    )
    const submitted = await stage(
      'output',
      () => submitStudy(hub, dromos, PERMIT, ANALYST),
      ({ checked: { summary } }) => ({
        of: {
          'cells shown': summary.shown,
          hidden: hiddenCells(summary),
        },
      }),
    )
    const balance = await closingBalance({
      hub,
      received,
      ...(linked ? { linked } : {}),
      ...(built ? { built } : {}),
      ...(submitted ? { submitted } : {}),
      ...(foreign ? {} : { country, seed: options.seed }),
    })
    return { dir, stages, balance, complete: stages.every(({ lacked }) => lacked === undefined) }
  })
}

type StageOf = <T>(
  name: string,
  work: (tell: Tell) => Promise<T>,
  result: (value: T) => Told,
) => Promise<T | undefined>

async function receiveAll(hub: Hub, country: string, stage: StageOf): Promise<Map<Delivery, Received>> {
  const folders = await deliveriesIn(country)
  const received = new Map<Delivery, Received>()
  for (const source of DELIVERIES) {
    const one = await stage(
      source,
      async (tell) => {
        const found = await receive(hub, source, folders.get(source) ?? country, PRODUCER, tell)
        if (found.delivery.files.length === 0)
          throw new ChainonError('demo/no-table', `no table of ${source} is there`)
        return found
      },
      ({ delivery: { total } }) => ({ rows: total.received.rows, setAside: total.setAside.rows }),
    )
    if (one) received.set(source, one)
  }
  return received
}

/** A country like the demo's, larger or smaller: the same share of rare patients, the same places. */
const countryOf = ({ persons, seed }: DemoOptions) => ({
  persons,
  seed,
  years: demoCountry.years,
  rare: Math.round((persons * demoCountry.rare) / demoCountry.persons),
  departements: demoCountry.departements,
})

async function hubIn(dir: string, { seed, from, synthetic, trino }: DemoOptions): Promise<Hub> {
  const folder = join(dir, 'hub')
  if (await exists(join(folder, 'chainon.yaml'))) {
    const hub = await openHub(folder)
    await createKeys(hub.path('trusted'), hub.config.seed)
    return hub
  }
  const invented = from === undefined || synthetic === true
  return makeHub(folder, { synthetic: invented, ...(invented ? { seed } : {}), ...(trino ? { trino } : {}) })
}
