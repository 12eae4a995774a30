import { addDays, join, sql, step } from '../../../engine/index.ts'
import { departementOf, type Sides } from '../sides.ts'
import type { Decoys, Events } from './events.ts'

/** A side of patients: those of the registry, or their decoys. */
export interface Asked {
  readonly patients: Sides['patients'] | Decoys
  readonly events: Events
  /** Of the names of steps. */
  readonly suffix: '' | '_of_decoys'
}

/** Days between a registry date and a day of care that may be one. */
const DAYS = [-3, -2, -1, 0, 1, 2, 3]

/**
 * Every patient beside every person with whom they share enough to be looked at. Equality joins only; dates that are a
 * few days off are found by writing the registry's side once for each of seven days, for it is the small one.
 * Ways to meet, so that no single error hides a pair: nearly the day, at the place, sex, year and month of birth; the day
 * elsewhere with those and the département; the day and place but another month, or another sex; no day at all,
 * but sex, birth and commune; the day of death.
 */
export function candidatesOf(
  { contacts, persons, communes }: Pick<Sides, 'contacts' | 'persons' | 'communes'>,
  { patients, events, suffix }: Asked,
) {
  return step(`candidates${suffix}`, {
    reads: { p: patients, e: events, c: contacts, s: persons, r: communes },
    gives: { transit: 'varchar', person: 'varchar' },
    sql: ({ p, e, c, s, r }) => {
      const pair = sql`select ${p.transit} as transit, ${c.person} as person from ${p} join ${e} on ${e.transit} = ${p.transit}`
      const sameDay = sql`${pair} join ${c} on ${c.on_date} = ${e.on_date} and ${c.birth_year} = ${p.birth_year}`
      const days = join(
        DAYS.map((n) => sql`(${n})`),
        sql`, `,
      )
      return join(
        [
          sql`${pair} cross join (values ${days}) as w(n)
      join ${c} on ${c.on_date} = ${addDays(sql`${e.on_date}`, sql`w.n`)} and ${c.place} = ${e.place} and ${c.sex} = ${p.sex}
        and ${c.birth_year} = ${p.birth_year} and ${c.birth_month} = ${p.birth_month}`,
          sql`${sameDay} and ${c.sex} = ${p.sex} and ${c.birth_month} = ${p.birth_month} and ${c.departement} = ${departementOf(p.commune)}`,
          sql`${sameDay} and ${c.place} = ${e.place} and ${c.sex} = ${p.sex}`,
          sql`${sameDay} and ${c.place} = ${e.place} and ${c.birth_month} = ${p.birth_month}`,
          sql`select ${p.transit}, ${s.person} from ${p}
      join ${r} on ${r.commune} = ${p.commune}
      join ${s} on ${s.person} = ${r.person} and ${s.sex} = ${p.sex} and ${s.birth_year} = ${p.birth_year} and ${s.birth_month} = ${p.birth_month}`,
          sql`select ${p.transit}, ${s.person} from ${p}
      join ${s} on ${s.death_date} = ${p.death_date} and ${s.sex} = ${p.sex} and ${s.birth_year} = ${p.birth_year}`,
        ],
        sql`
      union
      `,
      )
    },
    order: ['transit', 'person'],
  })
}

export type Candidates = ReturnType<typeof candidatesOf>
