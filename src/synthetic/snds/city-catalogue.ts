import { ChainonError } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { executants, PROVIDER_BASE, PROVIDERS_PER_KIND, products, streams } from './catalogue.ts'
import { diseaseCare, otherDisease } from './diseases.ts'
import { constantOf, values } from './draws.ts'

/** Pools of products have 256 cells, so that a draw of eight bits picks with exact shares. */
export const CELLS = 256

/** Products of the list, then one drug for each disease, under its own pool `rare drug <n>`. */
export function allProducts() {
  const rare = [otherDisease, ...diseaseCare].map((disease, index) => ({
    name: `drug for ORPHA:${disease.orpha || 'other'}`,
    pool: `rare drug ${index}`,
    weight: CELLS,
    nature: '3311',
    item: 'pharmacy' as const,
    price: disease.box * 100,
    rate: 100,
    executant: 'pharmacy' as const,
    cip13: `34009991${String(index).padStart(4, '0')}0`,
    atc: 'A16AX',
  }))
  return [...products, ...rare]
}

/** Text columns with few values are enumerations: a code in memory, a dictionary in Parquet. */
export async function createEnumeration(engine: DuckDb, type: string, query: string): Promise<void> {
  await engine.run(`drop type if exists ${type} cascade`)
  await engine.run(`create type ${type} as enum (${query})`)
}

const KINDS = executants.length
/** From this kind on executants act on prescription. */
const ON_PRESCRIPTION = executants.findIndex((e) => e.name === 'radiologist')
/** The cell in which a draw of eight bits picks a provider of a département and kind. */
export const providerCell = (departement: string, kind: string, cell: string): string =>
  `((${departement} * ${KINDS} + ${kind}) * ${CELLS} + ${cell})`

/**
 * `snds_provider`: cell of a département and kind → number (eight digits that begin with 99, which no département
 * does) and specialty. Needs `snds_departement`.
 */
async function layProviders(engine: DuckDb): Promise<void> {
  await engine.run(`create or replace temp table snds_provider_text as
    select ${providerCell('d.dep', 'k.kind', 'c.cell')}::integer cell, k.specialty,
      (${PROVIDER_BASE} + (d.dep * ${KINDS} + k.kind) * ${PROVIDERS_PER_KIND}
        + c.cell * greatest(2, least(${CELLS}, d.people * k.density))::integer // ${CELLS})::integer::varchar number
    from snds_departement d, (${values(executants.map((e, index) => [index, e.code, e.density / 10_000]))}) k(kind, specialty, density), range(${CELLS}) c(cell)`)
  await createEnumeration(
    engine,
    'snds_number',
    'select distinct number from snds_provider_text order by number',
  )
  await engine.run(`create or replace temp table snds_provider as
    select cell::integer cell, number::snds_number number, specialty::snds_specialty specialty from snds_provider_text`)
}

/** `snds_pick` (pool, cell → product; without executant where it is billed by who gave the care), `snds_slot` (stream, line → pool and share), `snds_stream`. */
export async function layCatalogue(engine: DuckDb, seed: string): Promise<void> {
  const list = allProducts()
  const texts = (name: string, column: readonly (string | undefined)[]) =>
    createEnumeration(
      engine,
      name,
      `select * from (${values([...new Set(column.filter((v) => v !== undefined))].sort().map((v) => [v]))})`,
    )
  await texts('snds_nature', [...list.map((p) => p.nature), '0', '2111', '1352', '2211', '1112'])
  await texts('snds_specialty', [...executants.map((e) => e.code), '00', '04', '02'])
  await texts(
    'snds_cip',
    list.map((p) => p.cip13),
  )
  await texts(
    'snds_ccam',
    list.map((p) => ('ccam' in p ? p.ccam : undefined)),
  )
  await layProviders(engine)
  const kind = new Map(executants.map((e, index) => [e.name as string, index]))
  const rows = list.map((p, index) => {
    const more = p as { overrun?: number; supplement?: { affiliation: number }; ccam?: string }
    return [
      index,
      p.nature,
      p.item === 'consultation' ? 1 : p.item === 'pharmacy' ? 2 : 3,
      p.price,
      more.supplement ? p.price : Math.round((p.price * p.rate) / 100),
      p.rate,
      more.overrun ?? 0,
      more.supplement ? null : (kind.get(p.executant) ?? null),
      more.supplement?.affiliation ?? null,
      p.cip13 ?? null,
      more.ccam ?? null,
    ]
  })
  const pools = new Map<string, number>()
  const taken = new Map<number, number>()
  const runs = list.map((product, index) => {
    if (!pools.has(product.pool)) pools.set(product.pool, pools.size)
    const pool = pools.get(product.pool) as number
    const from = taken.get(pool) ?? 0
    taken.set(pool, from + product.weight)
    return [pool * CELLS + from, product.weight, index]
  })
  for (const [pool, cells] of taken)
    if (cells !== CELLS)
      throw new ChainonError('synthetic/bad-pool', `pool ${pool} of products has ${cells} cells of ${CELLS}`)
  await engine.run(`create or replace temp table snds_pick as
    select (c.since + unnest(range(c.weight)))::integer pos, nature::snds_nature nature, item::utinyint item, price::integer price,
      am0::integer am0, rate::utinyint rate, overrun::integer overrun, executant::integer executant, executant >= ${ON_PRESCRIPTION} prescribed,
      affiliation::utinyint affiliation, cip13::snds_cip cip13, ccam::snds_ccam ccam
    from (${values(runs)}) c(since, weight, product)
      join (${values(rows)}) p(id, nature, item, price, am0, rate, overrun, executant, affiliation, cip13, ccam) on p.id = c.product`)
  const poolOf = (pool: string): number => pools.get(pool === 'rare drug' ? 'rare drug 0' : pool) as number
  await engine.run(`create or replace temp table snds_slot as
    select stream::utinyint stream, slot::utinyint slot, pool::integer pool, portion::ubigint portion,
      asked::utinyint asked, shift::utinyint shift, boxes, rare, salt::ubigint salt
    from (${values(
      streams.flatMap((stream, index) =>
        stream.slots.map((slot) => [
          index,
          slot.slot,
          poolOf(slot.pool) * CELLS,
          slot.share,
          slot.asked === 'paying' ? 2 : slot.asked === 'adult' ? 1 : 0,
          slot.shift ?? 0,
          slot.units === 'boxes',
          slot.pool === 'rare drug',
          constantOf(seed, `slot ${slot.slot}`).replace('::ubigint', ''),
        ]),
      ),
    )}) s(stream, slot, pool, portion, asked, shift, boxes, rare, salt)`)
  await engine.run(`create or replace temp table snds_stream as
    select stream::utinyint stream, name, factor, band::utinyint band, rate::double rate
    from (${values(
      streams.flatMap((stream, index) =>
        stream.rates.map((rate, band) => [index, stream.name, stream.factor, band, rate]),
      ),
    )}) s(stream, name, factor, band, rate)`)
}
