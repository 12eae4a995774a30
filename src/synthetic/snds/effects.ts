import { ChainonError } from '../../base/index.ts'
import { streams } from './catalogue.ts'
import { allProducts } from './city-catalogue.ts'
import { stayStreams, stayTypes, visitStreams } from './hospital-catalogue.ts'
import type { CostEffect, SndsContext } from './model.ts'
import { visitWorth } from './visits.ts'

const BOXES = (179 + 52 * 2 + 25 * 3) / 256
const mean = (rows: readonly { weight: number }[], of: (row: never) => number): number =>
  rows.reduce((sum, row) => sum + row.weight * of(row as never), 0) /
  rows.reduce((sum, row) => sum + row.weight, 0)

/** Expected cents of one sheet of a stream under full cover; `paying`: an adult who owes the participations. */
function sheetWorth(stream: (typeof streams)[number], paying: boolean): number {
  let sum = 0
  for (const slot of stream.slots) {
    if (slot.pool === 'rare drug' || (slot.asked && !paying)) continue
    const pool = allProducts().filter((product) => product.pool === slot.pool)
    sum +=
      (slot.share / 1024) *
      (slot.units === 'boxes' ? BOXES : 1) *
      mean(pool, (p: { price: number }) => p.price)
  }
  return sum
}

const tariff = (pool: string): number =>
  mean(
    stayTypes.filter((type) => type.pool === pool),
    (t: { tariff: number }) => t.tariff,
  )

/** Expected cents of one year of a patient with a rare disease in an age band, apart from the disease's own care. */
export function background(band: number, paying: boolean): number {
  const city = streams
    .filter((stream) => stream.name !== 'rare drug')
    .reduce((sum, stream) => sum + (stream.rates[band] as number) * sheetWorth(stream, paying), 0)
  const stays = stayStreams
    .filter((stream) => stream.who === 'all')
    .reduce((sum, stream) => sum + (stream.rates[band] as number) * tariff(stream.pool), 0)
  const visits = visitStreams.reduce(
    (sum, stream, index) => sum + (stream.rates[band] as number) * visitWorth(index, true),
    0,
  )
  return city + stays + visits
}

/**
 * Yearly cost of each disease, as the generator's own expectation: factors and severity have mean 1 and are
 * integrated out, so are the products drawn and the roundings. A rare disease falls on anybody alike, so that age
 * (and who owes participations) is integrated over the observed time of all inhabitants; visits to expert centres
 * and births of patients are at the mean of all patients.
 */
export async function costEffects({ engine }: SndsContext): Promise<CostEffect[]> {
  const table = Array.from({ length: 6 }, (_, band) => [
    [band, false, background(band, false)],
    [band, true, background(band, true)],
  ]).flat() as [number, boolean, number][]
  const day = tariff('rare day')
  const night = tariff('rare')
  const rows = await engine.rows<{ orpha: string; euros: number; patients: number }>(`
    with cost(band, paying, cents) as (values ${table.map((row) => `(${row.join(', ')})`).join(', ')}),
    time as (select sum(span) span from snds_place where is_rare),
everyone as (
      select sum(p.span * c.cents) / sum(p.span) cents from snds_place p join cost c on c.band = p.band and c.paying = (p.adult and not p.c2s)
    ), contact as (
      select (sum(case c.kind when 'hospitalisation' then ${tariff('contact')} when 'consultation' then ${visitWorth(9, true)} else ${day} end)
        / (select span from time))::double cents
      from hospital_contact c join snds_patient q on q.person = c.person and q.is_rare
        join snds_place p on p.person = c.person and c.date >= p.from_date and c.date < p.until_date
      where c.in_snds
    ), birth as (
      select (count(*) * ${tariff('newborn')} / (select span from time))::double cents
      from snds_patient q join snds_place p on p.person = q.person and q.is_rare and q.birth >= p.from_date and q.birth < p.until_date
    )
    select d.orpha, count(distinct p.person)::integer patients,
      ((any_value(e.cents) + any_value(coalesce(k.cents, 0)) + any_value(coalesce(b.cents, 0))) / 100
        + any_value(d.drugs) + any_value(d.stays) * ${night / 100})::double euros
    from snds_place p join snds_disease d on d.disease = p.disease
      , everyone e, contact k, birth b
    where p.is_rare and d.orpha <> '' group by d.orpha order by d.orpha`)
  if (rows.some((row) => !Number.isFinite(row.euros)))
    throw new ChainonError('synthetic/no-cost', 'the expected cost of a disease could not be computed')
  const payer = 'mandatory health insurance, all causes'
  const effects: CostEffect[] = rows.map((row) => ({
    id: `cost/ORPHA:${row.orpha}`,
    estimand: {
      population: `patients of the registry with ORPHA:${row.orpha} in the SNDS`,
      payer,
      unit: 'euros per 365.25 observed days',
      formula:
        'sum of the amounts paid by the insurance over the observed days of all patients, divided by these days, times 365.25; expectation of the generator over personal factors, severity (mean 1), products, counts and the ages of the country',
    },
    parameter: Math.round(row.euros * 100) / 100,
    by: { orpha: row.orpha },
  }))
  const nothing = (id: string, formula: string): CostEffect => ({
    id,
    estimand: { population: 'patients of the registry in the SNDS', payer, unit: 'ratio', formula },
    parameter: 1,
    null: true,
  })
  return [
    ...effects,
    nothing(
      'cost-ratio/deprivation',
      'yearly cost in the most deprived fifth over that in the least deprived fifth, at equal disease and age',
    ),
    nothing('cost-ratio/region', 'yearly cost in one region over that in another, at equal disease and age'),
    nothing('cost-ratio/sex', 'yearly cost of women over that of men, at equal disease and age'),
    nothing(
      'cost-ratio/ccmr-against-crmr',
      'yearly cost of patients of competence centres (CCMR) over that of patients of reference centres (CRMR), at equal disease and age',
    ),
  ]
}
