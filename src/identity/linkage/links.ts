import { join, sql, step, type Step } from '../../engine/index.ts'
import type { LinkStep } from './ladder.ts'
import type { Sides } from './sides.ts'
import { sndsIdentity } from './tables.ts'

/** How a link that only the NIR gave is called in the links and the report. */
export const BY_NIR = 'nir'

const LINK = { transit: 'varchar', person: 'varchar', step: 'varchar' } as const
const FINAL = { bndmr: 'varchar', snds: 'varchar', step: 'varchar' } as const

/** All rungs that were climbed, as one table. */
export const indirectLinks = (rungs: readonly LinkStep[]): LinkStep =>
  step('ladder_links', {
    reads: Object.fromEntries(rungs.map((rung, index) => [`r${index}`, rung])),
    gives: LINK,
    sql: (handles) =>
      rungs.length === 0
        ? sql`select cast(null as varchar) as transit, cast(null as varchar) as person, cast(null as varchar) as step where false`
        : join(
            Object.values(handles).map(
              (r) => sql`select ${r.transit} as transit, ${r.person} as person, ${r.step} as step from ${r}`,
            ),
            sql` union all `,
          ),
    order: ['transit'],
  })

/**
 * Patients whose NIR the registry knows, found in the SNDS: by BEN_NIR_ANO, else by the PSA of somebody insured
 * in their own right (unless that one is known under another NIR). What the NIR gives twice, on either side, is
 * no link: two files of one patient in the registry, or twins under one PSA.
 */
export const nirLinks = ({ patients, opposed }: Pick<Sides, 'patients' | 'opposed'>): LinkStep =>
  step('nir_links', {
    reads: { p: patients, s: sndsIdentity, q: sndsIdentity, o: opposed },
    gives: LINK,
    sql: ({ p, s, q, o }) => sql`
      select u.transit, u.person, ${BY_NIR} as step
      from (
        select f.transit, f.person, count(*) over (partition by f.transit) as of_transit, count(*) over (partition by f.person) as of_person
        from (
          select ${p.transit} as transit, ${s.person} as person from ${p} join ${s} on ${s.own} = ${p.nir}
          union
          select ${p.transit}, ${q.person} from ${p} join ${q} on ${q.psa} = ${p.psa}
          where ${q.own} is null or ${q.own} = ${p.nir}
        ) as f
        left join ${o} on ${o.person} = f.person
        where ${o.person} is null
      ) as u
      where u.of_transit = 1 and u.of_person = 1`,
    order: ['transit'],
  })

interface Found {
  readonly patients: Sides['patients']
  readonly indirect: LinkStep
  readonly nir: LinkStep
}

/** One link per person on either side. What the NIR says holds; an indirect link that it confirms keeps its rung. */
export const finalLinks = ({ patients, indirect, nir }: Found): Step<typeof FINAL> =>
  step('links', {
    reads: { i: indirect, n: nir, a: nir, b: nir, c: indirect, p: patients },
    gives: FINAL,
    sql: ({ i, n, a, b, c, p }) => sql`
      select ${p.person} as bndmr, l.person as snds, l.step as step
      from (
        select ${n.transit} as transit, ${n.person} as person, coalesce(${c.step}, ${n.step}) as step
        from ${n} left join ${c} on ${c.transit} = ${n.transit} and ${c.person} = ${n.person}
        union all
        select ${i.transit}, ${i.person}, ${i.step} from ${i}
        left join ${a} on ${a.transit} = ${i.transit}
        left join ${b} on ${b.person} = ${i.person}
        where ${a.transit} is null and ${b.person} is null
      ) as l
      join ${p} on ${p.transit} = l.transit`,
    order: ['bndmr', 'snds'],
  })

/** Indirect links that the NIR contradicts: it gives the patient another person, or the person another patient. */
export const contradictedLinks = ({ patients, indirect, nir }: Found): Step<typeof FINAL> =>
  step('contradicted_links', {
    reads: { i: indirect, a: nir, b: nir, p: patients },
    gives: FINAL,
    sql: ({ i, a, b, p }) => sql`
      select ${p.person} as bndmr, ${i.person} as snds, ${i.step} as step
      from ${i} join ${p} on ${p.transit} = ${i.transit}
      left join ${a} on ${a.transit} = ${i.transit}
      left join ${b} on ${b.person} = ${i.person}
      where ${a.person} <> ${i.person} or ${b.transit} <> ${i.transit}`,
    order: ['bndmr', 'snds'],
  })
