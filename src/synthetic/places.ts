import { createRequire } from 'node:module'
import { ChainonError } from '../base/index.ts'
import { streamsOf } from './random.ts'
import type { Making } from './model.ts'

interface Place {
  readonly code: string
  readonly nom: string
  readonly departement: string
  readonly region: string
  readonly type: string
  readonly codesPostaux?: readonly string[]
  readonly population?: number
}

/** Real communes (npm @etalab/decoupage-administratif, INSEE): the only thing of the country that is not invented. */
function communesOf(departements: readonly string[] | undefined): Place[] {
  const all = createRequire(import.meta.url)('@etalab/decoupage-administratif/data/communes.json') as Place[]
  const wanted = all.filter(
    (place) =>
      place.type === 'commune-actuelle' &&
      (place.population ?? 0) > 0 &&
      (place.codesPostaux?.length ?? 0) > 0 &&
      (departements === undefined || departements.includes(place.departement)),
  )
  if (wanted.length === 0)
    throw new ChainonError('synthetic/no-commune', `no commune in ${departements?.join(', ') ?? 'France'}`)
  return wanted
}

/**
 * `commune` with its share of the population (intervals of [0, 1)), its deprivation quintile (fifths of the
 * communes by an invented score, weighted by population), `postal`, `institution` and `centre`. Institutions
 * carry a FINESS whose third to fifth characters are 999, which no register uses: the first two are the
 * département, so that it looks like one and is none.
 */
export async function layPlaces(making: Making): Promise<void> {
  const { engine, seed, persons } = making
  const stream = streamsOf(seed)
  const places = communesOf(making.departements)
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
    with scored as (
      select commune, name, departement, region, population, string_split(postal, ' ')[1] postal_code,
        row_number() over (order by commune) as number from place
    ), ranked as (
      select *, u(${stream('deprivation')}, number, 0) score from scored
    ), placed as (
      select *, (sum(population) over (order by score, commune) - population / 2.0) / sum(population) over () rank_share,
        (sum(population) over (order by commune) - population)::double / sum(population) over () since,
        sum(population) over (order by commune)::double / sum(population) over () upto
      from ranked
    )
    select commune, name, departement, region, population, postal_code, number,
      (least(4, floor(rank_share * 5)) + 1)::integer quintile, since, upto
    from placed order by commune`)
  const perDepartement = Math.max(4, Math.min(40, Math.round(persons / 8000)))
  await engine.run(`create or replace table institution as
    with d as (select departement, any_value(region) region, row_number() over (order by departement) dep from commune group by departement),
    i as (select d.*, n, dep * 1000 + n as id, case when n % 10 in (3, 6, 9) then 'private' else 'public' end status
      from d, range(1, ${perDepartement + 1}) r(n)),
    sited as (
      select i.*, c.commune, row_number() over (partition by i.id order by u(${stream('sites')}, i.id * 40000 + c.number, 0) / c.population) pick
      from i join commune c on c.departement = i.departement
    )
    select substr(rpad(replace(replace(departement, '2A', '20'), '2B', '20'), 3, '0'), 1, 2) || '999' || lpad((dep % 10)::varchar, 1, '0') || lpad((2 * n)::varchar, 3, '0') finess_geo,
      substr(rpad(replace(replace(departement, '2A', '20'), '2B', '20'), 3, '0'), 1, 2) || '999' || lpad((dep % 10)::varchar, 1, '0') || lpad((2 * n + 1)::varchar, 3, '0') finess_legal,
      'Établissement inventé ' || departement || '-' || n as name, status, commune, departement, region,
      1.0 / n as weight, id
    from sited where pick = 1 order by id`)
}
