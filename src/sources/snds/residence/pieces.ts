import { type Columns, sql, type Step, step } from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { COMMUNE } from '../../referentials/tables.ts'
import { yearOf } from '../rules/drops.ts'
import { ER_PRS_F, IR_BEN_R, T_MCO_B, T_MCO_C } from '../tables.ts'
import { communeFromPieces, whyNot } from './commune.ts'

/** Tables that were not delivered: a step that would read one of them gives no row. */
export type Absent = ReadonlySet<SourceTable>

const absentOf = (absent: Absent, ...definitions: readonly unknown[]): boolean =>
  definitions.some((one) => absent.has(one as SourceTable))

/** A step that gives no row: it stands for one whose table was not delivered. */
function nothing<const G extends Columns>(name: string, gives: G): Step<G> {
  const columns = Object.entries(gives).map(([column, type]) => `cast(null as ${type}) as ${column}`)
  return step(name, {
    reads: {},
    gives,
    sql: () => ({ parts: [{ is: 'text', text: `select ${columns.join(', ')} where 1 = 0` }] }),
  })
}

const piece = { person: 'varchar', dpt: 'varchar', com: 'varchar' } as const

/** The pieces of communes that the care sheets of a person hold. Most persons have one pair. */
const ofLines = step('pieces_of_lines', {
  reads: { l: lakeTable(ER_PRS_F) },
  gives: piece,
  sql: ({ l }) => sql`
    select ${l.person} as person, ${l.BEN_RES_DPT} as dpt, ${l.BEN_RES_COM} as com from ${l}
    where ${l.person} is not null group by ${l.person}, ${l.BEN_RES_DPT}, ${l.BEN_RES_COM}`,
})
export const piecesOfLines = (absent: Absent) =>
  absentOf(absent, ER_PRS_F) ? nothing('pieces_of_lines', piece) : ofLines

const registered = { ...piece, place: 'bigint' } as const
/** The pieces that IR_BEN_R holds for a person, newest first (`place` 1). */
const ofRegister = step('pieces_of_register', {
  reads: { b: lakeTable(IR_BEN_R) },
  gives: registered,
  sql: ({ b }) => sql`
    select ${b.person} as person, ${b.BEN_RES_DPT} as dpt, ${b.BEN_RES_COM} as com,
      row_number() over (partition by ${b.person} order by ${b.MAX_TRT_DTD} desc nulls last, ${b.row_id} desc) as place
    from ${b} where ${b.person} is not null`,
})
export const piecesOfRegister = (absent: Absent) =>
  absentOf(absent, IR_BEN_R) ? nothing('pieces_of_register', registered) : ofRegister

/** All pairs of pieces that occur, with the commune that they name, before it is looked up. */
const read = (absent: Absent) =>
  step('pieces_read', {
    reads: { l: piecesOfLines(absent), b: piecesOfRegister(absent) },
    gives: { dpt: 'varchar', com: 'varchar', named: 'varchar' },
    sql: ({ l, b }) => sql`
    select p.dpt, p.com, ${communeFromPieces(sqlOf('p.dpt'), sqlOf('p.com'))} as named
    from (select ${l.dpt} as dpt, ${l.com} as com from ${l} union select ${b.dpt} as dpt, ${b.com} as com from ${b}) as p
    where p.dpt is not null and p.com is not null`,
  })

const sqlOf = (text: 'p.dpt' | 'p.com') => ({ parts: [{ is: 'text' as const, text }] })

const communes = { dpt: 'varchar', com: 'varchar', commune: 'varchar', reason: 'varchar' } as const

/**
 * Pairs of pieces → one commune, or null and why. With the referential COMMUNE a code must be in it: Corsica
 * finds its département there, and a district of Paris, Lyon or Marseille its commune where only that is listed.
 */
export const communeOfPieces = (absent: Absent): Step<typeof communes> =>
  absentOf(absent, COMMUNE)
    ? step('commune_of_pieces', {
        reads: { p: read(absent) },
        gives: communes,
        sql: ({ p }) => sql`
    select ${p.dpt} as dpt, ${p.com} as com, case when ${p.named} not like '20%' then ${p.named} end as commune,
      case when ${p.named} like '20%' then 'corsica-undivided' when ${p.named} is null then ${whyNot(p.dpt)} end as reason
    from ${p}`,
      })
    : step('commune_of_pieces', {
        reads: { p: read(absent), c: lakeTable(COMMUNE) },
        gives: communes,
        sql: ({ p, c }) => sql`
    select ${p.dpt} as dpt, ${p.com} as com, coalesce(k.commune, x.commune, w.commune) as commune,
      case when coalesce(k.commune, x.commune, w.commune) is not null then null
        when ${p.named} is null then ${whyNot(p.dpt)} else 'unknown-commune' end as reason
    from ${p}
      left join (select distinct ${c.COMMUNE} as commune from ${c}) as k on k.commune = ${p.named}
      left join (
        select substr(${c.COMMUNE}, 3, 3) as number, min(${c.COMMUNE}) as commune from ${c}
        where substr(${c.COMMUNE}, 1, 2) in ('2A', '2B') group by substr(${c.COMMUNE}, 3, 3) having count(distinct ${c.COMMUNE}) = 1
      ) as x on ${p.named} like '20%' and x.number = substr(${p.named}, 3, 3)
      left join (select distinct ${c.COMMUNE} as commune from ${c} where ${c.COMMUNE} in ('75056', '13055', '69123')) as w
        on w.commune = case when ${p.named} like '751__' then '75056' when ${p.named} like '132__' then '13055' when ${p.named} like '6938_' then '69123' end`,
      })

const postal = { person: 'varchar', commune: 'varchar', communes: 'bigint' } as const

/**
 * What the PMSI knows of a patient's home: BDI_COD is a postal code (or stands for a group of small communes). It
 * gives the communes under that code, and how many they are.
 */
export const communesOfStays = (absent: Absent): Step<typeof postal> =>
  absentOf(absent, T_MCO_B, T_MCO_C, COMMUNE)
    ? nothing('communes_of_stays', postal)
    : step('communes_of_stays', {
        reads: { s: lakeTable(T_MCO_B), h: lakeTable(T_MCO_C), c: lakeTable(COMMUNE) },
        gives: postal,
        sql: ({ s, h, c }) => sql`
    select d.person, d.commune, count(*) over (partition by d.person) as communes from (
      select distinct ${h.person} as person, ${c.COMMUNE} as commune
      from ${s} join ${h} on ${h.ETA_NUM} = ${s.ETA_NUM} and ${h.RSA_NUM} = ${s.RSA_NUM} and ${yearOf(sql`${h.row_id}`)} = ${yearOf(sql`${s.row_id}`)}
        join ${c} on ${c.POSTAL_CODE} = ${s.BDI_COD}
      where ${h.person} is not null and coalesce(${h.NIR_RET}, '0') = '0'
    ) as d`,
      })
