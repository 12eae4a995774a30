import { createRequire } from 'node:module'
import { ChainonError } from '../base/index.ts'
import { finessOf } from './finess.ts'
import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

interface Place {
  readonly code: string
  readonly nom: string
  readonly departement: string
  readonly region: string
  readonly type: string
  readonly codesPostaux?: readonly string[]
  readonly population?: number
}

/** Inhabitants per hospital of the invented country. */
const PERSONS_PER_INSTITUTION = 1500
/** Hospitals of a département, at least and at most; every third or so is private. */
const INSTITUTIONS = { least: 4, most: 40 }

/**
 * Real communes (npm @etalab/decoupage-administratif, INSEE): the only thing of the country that is not invented.
 * Those of the 101 départements: the collectivities overseas have no region, and most of them no part in the SNDS.
 */
function communesOf(departements: readonly string[] | undefined): Place[] {
  const all = createRequire(import.meta.url)('@etalab/decoupage-administratif/data/communes.json') as Place[]
  const inhabited = all.filter(
    (place) =>
      place.type === 'commune-actuelle' &&
      place.region.length === 2 &&
      (place.population ?? 0) > 0 &&
      (place.codesPostaux?.length ?? 0) > 0,
  )
  const unknown = departements?.filter((code) => !inhabited.some((place) => place.departement === code)) ?? []
  if (unknown.length > 0)
    throw new ChainonError('synthetic/no-commune', `no commune in département ${unknown.join(', ')}`, {
      advice: 'Départements are named by their codes: 01, 2A, 974.',
    })
  return departements ? inhabited.filter((place) => departements.includes(place.departement)) : inhabited
}

/**
 * `commune` with its share of the population (an interval of [0, 1)) and its deprivation quintile (fifths of the
 * population by an invented score of the commune), and `postal`, its postal codes.
 */
export async function layCommunes({ engine, seed, departements }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  const places = communesOf(departements)
  await engine.load(
    'place',
    {
      commune: 'varchar',
      name: 'varchar',
      departement: 'varchar',
      region: 'varchar',
      population: 'integer',
      postal: 'varchar',
    },
    places.map((p) => [
      p.code,
      p.nom,
      p.departement,
      p.region,
      p.population ?? 0,
      (p.codesPostaux ?? []).join(' '),
    ]),
  )
  await engine.run(`create or replace table postal as
    select commune, unnest(string_split(postal, ' ')) postal_code from place`)
  await engine.run(`create or replace table commune as
    with numbered as (
      select commune, name, departement, region, population, string_split(postal, ' ')[1] postal_code,
        row_number() over (order by commune) - 1 as number, count(*) over () as among
      from place
    ), scored as (select *, ${u('deprivation', 'number')} score from numbered), ranked as (
      select *, sum(population) over () everybody, sum(population) over (order by commune) upto_here,
        sum(population) over (order by score, commune) less_deprived
      from scored
    )
    select commune, name, departement, region, population, postal_code, number, among,
      (least(4, floor((less_deprived - population / 2.0) / everybody * 5)) + 1)::integer quintile,
      ((upto_here - population) / everybody)::double since, (upto_here / everybody)::double upto
    from ranked order by commune`)
}

/**
 * `institution`: hospitals, each at a commune of its département (larger ones are likelier), with a weight that
 * falls as their number in the département grows: the first is the university hospital of the invented place.
 */
export async function layInstitutions({ engine, seed, persons }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  const departements = await engine.rows<{ departement: string; share: number }>(
    'select departement, sum(upto - since) as share from commune group by departement order by departement',
  )
  const { least, most } = INSTITUTIONS
  await engine.load(
    'institution_drawn',
    {
      id: 'integer',
      finess_geo: 'varchar',
      finess_legal: 'varchar',
      name: 'varchar',
      status: 'varchar',
      departement: 'varchar',
      nth: 'integer',
    },
    departements.flatMap(({ departement, share }, index) => {
      const here = Math.round((share * persons) / PERSONS_PER_INSTITUTION)
      return Array.from({ length: Math.max(least, Math.min(most, here)) }, (_, n) => [
        index * 100 + n,
        finessOf(departement, 2 * n),
        finessOf(departement, 2 * n + 1),
        `Établissement inventé ${departement}-${n + 1}`,
        n % 3 === 2 ? 'private' : 'public',
        departement,
        n + 1,
      ])
    }),
  )
  await engine.run(`create or replace table institution as
    with sited as (
      select i.*, c.commune, c.region, row_number() over (partition by i.id
        order by -ln(${u('sites', 'i.id * 40000::bigint + c.number')}) / c.population, c.commune) pick
      from institution_drawn i join commune c on c.departement = i.departement
    )
    select finess_geo, finess_legal, name, status, commune, departement, region, (1.0 / nth)::double weight, id
    from sited where pick = 1 order by id`)
}
