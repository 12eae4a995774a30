import { networks, totalWeight } from './diseases.ts'
import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/** Patients per expert centre, roughly, and centres of a network at least. */
const CENTRES = { patients: 140, least: 2 }

/**
 * `centre`: expert centres, one network per group of diseases, about a third of each network reference centres
 * (CRMR) and the others competence centres (CCMR). Each is a place in a public hospital; those of a network are
 * spread over the regions as far as there are any.
 */
export async function layCentres({ engine, seed, rare }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  let id = 0
  const rows = networks.flatMap(({ group, weight }, index) => {
    const here = Math.max(CENTRES.least, Math.round((rare * weight) / totalWeight / CENTRES.patients))
    const reference = Math.max(1, Math.round(here / 3))
    return Array.from({ length: here }, (_, n) => {
      id += 1
      const label = n < reference ? 'CRMR' : 'CCMR'
      return [
        id,
        `CENTRE-${String(id).padStart(4, '0')}`,
        `${label} inventé ${id}`,
        label,
        `RESEAU-${index + 1}`,
        group,
      ] as const
    })
  })
  await engine.load(
    'centre_drawn',
    {
      id: 'integer',
      centre: 'varchar',
      name: 'varchar',
      label: 'varchar',
      network: 'varchar',
      disease_group: 'varchar',
    },
    rows,
  )
  await engine.run(`create or replace table centre as
    with shuffled as (
      select *, row_number() over (partition by region order by weight desc, ${u('hosts', 'id')}) round from institution where status = 'public'
    ), hosts as (
      select finess_geo, finess_legal, departement, region,
        row_number() over (order by round, ${u('hosts', 'id', 1)}) - 1 nth, count(*) over () among from shuffled
    )
    select c.*, h.finess_geo, h.finess_legal, h.departement, h.region,
      row_number() over here - 1 nth_here, count(*) over (partition by disease_group, label, region) among_here,
      row_number() over anywhere - 1 nth_anywhere, count(*) over (partition by disease_group, label) among_anywhere
    from centre_drawn c join hosts h on h.nth = (c.id - 1) % h.among
    window here as (partition by disease_group, label, region order by id), anywhere as (partition by disease_group, label order by id)
    order by c.id`)
}
