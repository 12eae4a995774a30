import { day, sql, type Step, step } from '../engine/index.ts'
import { cleaned, IR_BEN_R } from '../sources/index.ts'
import { links, oppositions, registryPatients, residence } from './inputs.ts'

/** Whom the newest opposition list takes out of every use on a day. */
const objectors = (today: string) =>
  step('objectors', {
    reads: { o: oppositions },
    gives: { person: 'varchar' },
    sql: ({ o }) => sql`
      select distinct ${o.person} as person from ${o}
      where (${o.from_date} is null or ${o.from_date} <= ${day(today)})
        and (${o.until_date} is null or ${o.until_date} >= ${day(today)})`,
  })

/** Beneficiaries, one row per person: the first line of the register speaks. */
export const beneficiaries = step('beneficiaries', {
  reads: { b: cleaned(IR_BEN_R, 'count') },
  gives: {
    person: 'varchar',
    sex: 'varchar',
    birth_year: 'integer',
    birth_month: 'integer',
    death: 'date',
  },
  sql: ({ b }) => sql`
    select r.person, r.sex, r.birth_year, r.birth_month, r.death from (
      select ${b.person} as person, ${b.BEN_SEX_COD} as sex, ${b.BEN_NAI_ANN} as birth_year,
        ${b.BEN_NAI_MOI} as birth_month, max(${b.BEN_DCD_DTE}) over (partition by ${b.person}) as death,
        row_number() over (partition by ${b.person} order by case when ${b.BEN_NAI_ANN} is null then 1 else 0 end, ${b.row_id}) as place
      from ${b} where ${b.person} is not null
    ) as r where r.place = 1`,
})

/** Patients of the registry, one row per person. */
export const registered = step('registered', {
  reads: { p: registryPatients },
  gives: { person: 'varchar', sex: 'varchar', birth_year: 'integer', commune: 'varchar', death: 'date' },
  sql: ({ p }) => sql`
    select r.person, r.sex, r.birth_year, r.commune, r.death from (
      select ${p.person} as person, ${p.SEX} as sex, ${p.BIRTH_YEAR} as birth_year,
        ${p.RESIDENCE_COMMUNE} as commune, ${p.DEATH_DATE} as death,
        row_number() over (partition by ${p.person} order by ${p.row_id}) as place
      from ${p} where ${p.person} is not null
    ) as r where r.place = 1`,
})

/** The last commune known of each person of the SNDS. */
const lastCommune = step('last_commune', {
  reads: { r: residence },
  gives: { person: 'varchar', commune: 'varchar' },
  sql: ({ r }) => sql`
    select l.person, l.commune from (
      select ${r.person} as person, ${r.commune} as commune,
        row_number() over (partition by ${r.person} order by ${r.until} desc, ${r.commune}) as place
      from ${r} where ${r.commune} is not null
    ) as l where l.place = 1`,
})

const identityColumns = {
  person_id: 'bigint',
  snds: 'varchar',
  bndmr: 'varchar',
  linked: 'boolean',
  step: 'varchar',
  sex: 'varchar',
  birth_year: 'integer',
  birth_month: 'integer',
  commune: 'varchar',
  death: 'date',
} as const

/**
 * One row per identity: a person of the claims, of the registry, or of both when linked. Numbered in the order of
 * hub ids, which tells nothing. Without those who object, and without whom has no year of birth (the CDM asks for
 * one).
 */
export function identities(today: string): Step<typeof identityColumns> {
  const known = step('known_identities', {
    reads: { b: beneficiaries, p: registered, l: links },
    gives: { snds: 'varchar', bndmr: 'varchar', step: 'varchar' },
    sql: ({ b, p, l }) => sql`
      select ${b.person} as snds, ${l.bndmr} as bndmr, ${l.step} as step
      from ${b} left join ${l} on ${l.snds} = ${b.person}
      union all
      select null as snds, ${p.person} as bndmr, null as step
      from ${p} left join ${l} on ${l.bndmr} = ${p.person}
      where ${l.bndmr} is null`,
  })
  return step('identities', {
    reads: { k: known, b: beneficiaries, p: registered, h: lastCommune, o: objectors(today) },
    gives: identityColumns,
    order: ['person_id'],
    sql: ({ k, b, p, h, o }) => sql`
      select row_number() over (order by coalesce(${k.snds}, ${k.bndmr})) as person_id, ${k.snds} as snds, ${k.bndmr} as bndmr,
        ${k.snds} is not null and ${k.bndmr} is not null as linked, ${k.step} as step,
        coalesce(${b.sex}, ${p.sex}) as sex, coalesce(${b.birth_year}, ${p.birth_year}) as birth_year,
        ${b.birth_month} as birth_month, coalesce(${h.commune}, ${p.commune}) as commune,
        coalesce(${b.death}, ${p.death}) as death
      from ${k} left join ${b} on ${b.person} = ${k.snds} left join ${p} on ${p.person} = ${k.bndmr}
        left join ${h} on ${h.person} = ${k.snds}
      where coalesce(${b.birth_year}, ${p.birth_year}) is not null
        and not exists (select 1 from ${o} where ${o.person} = ${k.snds})
        and not exists (select 1 from ${o} where ${o.person} = ${k.bndmr})`,
  })
}
