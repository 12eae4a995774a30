import { bits, choose, drawer, rounded, uniform, values } from './draws.ts'
import { contactFees, visitSpecialties, visitStreams } from './hospital-catalogue.ts'
import type { SndsContext } from './model.ts'

const fees = [
  ...visitStreams.flatMap((stream, index) => stream.fees.map((fee) => [index, ...fee] as const)),
  ...contactFees.map((fee) => [9, ...fee] as const),
]
const due = (base: number, rate: number): number => Math.round((base * rate) / 100)

/** What a visit of a stream is worth to the insurance in cents, without and with ALD. */
export const visitWorth = (stream: number, covered: boolean): number =>
  fees
    .filter(([of]) => of === stream)
    .reduce((sum, [, , base, rate]) => sum + (covered ? base : due(base, rate)), 0)

/** `snds_visit`: hospital outpatient visits (ACE); `snds_fee`: their fees. */
export async function writeVisits(context: SndsContext): Promise<void> {
  const { engine, seed } = context
  const draw = drawer(seed)
  await engine.run(`create or replace temp table snds_visit as
    with n as (
      ${visitStreams
        .map(
          (
            stream,
            index,
          ) => `select segment, sid, ${index} stream, ${rounded(`(${choose(stream.rates, 'band')}) * span * f_care`, uniform(draw(`visits ${stream.name}`, 'sid'), 0, 40))} n
      from snds_place`,
        )
        .join(' union all ')}
    ), event as (
      select segment, (sid * 4 + stream) * 1024 + k as event, stream, null::date as day, null::varchar geo, null::varchar as legal
      from (select *, unnest(range(n)) k from n where n > 0)
      union all
      select p.segment, -(c.contact::bigint + 1), 9, c.date, c.finess_geo, c.finess_legal
      from hospital_contact c join snds_place p on p.person = c.person and c.date >= p.from_date and c.date < p.until_date
      where c.in_snds and c.kind = 'consultation'
    ), drawn as (select e.*, ${draw('visit', 'e.event')} h from event e)
    select d.event, d.segment, d.stream::utinyint stream, d.h, p.person, p.covered,
      coalesce(d.day, p.from_date + (${bits('d.h', 0, 16)}::integer * p.len) // 65536)::date as day,
      coalesce(d.geo, s.finess_geo) geo, coalesce(d.legal, s.finess_legal) legal,
      ${choose(visitSpecialties, `${bits('d.h', 30, 3)}::integer`)} specialty
    from drawn d join snds_place p on p.segment = d.segment
      left join (select * from snds_site where public) s on s.departement = case when d.geo is null then p.departement end
        and s.cell = ${bits('d.h', 20, 10)}::integer`)
  await engine.run(`create or replace temp table snds_fee as
    select v.event, v.segment, v.person, f.line::utinyint line, f.act, f.base::integer base,
      case when v.covered then f.base else f.due end::integer due
    from snds_visit v join (${values(
      fees.map(([stream, act, base, rate], index) => [stream, index, act, base, due(base, rate)]),
    )}) f(stream, line, act, base, due)
      on f.stream = v.stream`)
}
