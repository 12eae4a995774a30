import { createEnumeration } from './city-catalogue.ts'
import { bits, choose, drawer, rounded, uniform, values } from './draws.ts'
import { nights, type StayPool, stayStreams, stayTypes } from './hospital-catalogue.ts'
import type { SndsContext } from './model.ts'
import { departementOf } from './places.ts'

const pools: readonly StayPool[] = [...new Set(stayTypes.map((type) => type.pool))]
const poolNumber = (pool: StayPool): number => pools.indexOf(pool)
/** Share of private clinics among background stays, in 256ths. */
const PRIVATE = 77
/** What the insurance pays of a stay without ALD, percent. */
export const STAY_RATE = 80

/** `snds_departement`, and `snds_site`: cells of 1,024 by département and status, so that a draw picks an institution by its weight. */
export async function laySites({ engine }: SndsContext): Promise<void> {
  await createEnumeration(
    engine,
    'snds_finess',
    'select distinct f from (select finess_geo f from institution union all select finess_legal from institution) where f is not null order by f',
  )
  await engine.run(`create or replace temp table snds_departement as
    select departement, (row_number() over (order by departement) - 1)::integer dep, people from (
      select ${departementOf('commune')} departement, count(distinct person) people from snds_segment group by 1)`)
  await engine.run(`create or replace temp table snds_site as
    with i as (
      select finess_geo, finess_legal, status = 'public' public, greatest(weight, 0.0001)::double weight,
        ${departementOf('commune')} departement
      from institution
    ), wanted as (
      select d.departement, s.public, exists (select 1 from i where i.departement = d.departement and i.public = s.public) here
      from snds_departement d, (values (true), (false)) s(public)
    ), among as (
      select w.departement, w.public, i.finess_geo, i.finess_legal, i.weight
      from wanted w join i on i.public = w.public and (i.departement = w.departement or not w.here)
    ), shares as (
      select *, sum(weight) over w / sum(weight) over (partition by departement, public) upto,
        (sum(weight) over w - weight) / sum(weight) over (partition by departement, public) since
      from among window w as (partition by departement, public order by finess_geo)
    )
    select departement, public, cell::integer cell, min(finess_geo) finess_geo, min_by(finess_legal, finess_geo) finess_legal
    from shares, range(1024) c(cell)
    where (cell + 0.5) / 1024 between since and upto group by all`)
}

/**
 * `snds_stay`: true stays, one row each, with who pays what. Background stays are drawn by age; those of a rare
 * disease by its rate and the person's severity; newborns by birth; visits to expert centres as they happened.
 */
export async function writeStays(context: SndsContext): Promise<void> {
  const { engine, seed, window } = context
  const draw = drawer(seed)
  await engine.run(`create or replace temp table snds_stay_type as
    select row_number() over () id, * from (${values(
      stayTypes.map((t) => [
        poolNumber(t.pool),
        t.weight,
        t.ghm,
        t.ghs,
        t.diagnosis,
        t.related ?? null,
        t.ccam ?? null,
        t.tariff,
      ]),
    )}) t(pool, weight, ghm, ghs, diagnosis, related, ccam, tariff)`)
  await engine.run(`create or replace temp table snds_stay_pick as
    select pool, (row_number() over (partition by pool order by id, k) - 1)::integer cell, id
    from (select pool, id, unnest(range(weight)) k from snds_stay_type)`)
  const day = poolNumber('rare day')
  const counted = stayStreams.map(
    (
      stream,
      index,
    ) => `select segment, sid, ${index} stream, ${poolNumber(stream.pool)} pool, ${stream.nights} overnight,
      ${rounded(
        `(${choose(stream.rates, 'band')}) * span${['day', 'night'].includes(stream.name) ? ' * case when is_rare then 1 else f_hospital end' : ''}`,
        uniform(draw(`stays ${stream.name}`, 'sid'), 0, 40),
      )} n from snds_place where ${
        stream.who === 'women'
          ? "sex = '2' and not is_rare"
          : stream.who === 'renal'
            ? 'renal'
            : stream.who === 'cancer'
              ? 'cancer'
              : 'true'
      }`,
  )
  await engine.run(`create or replace temp table snds_stay as
    with n as (
      ${counted.join(' union all ')}
      union all select p.segment, p.sid, 30, ${poolNumber('rare')}, true,
        ${rounded('d.stays * p.span * p.severity', uniform(draw('stays rare', 'p.sid'), 0, 40))}
      from snds_place p join snds_disease d on d.disease = p.disease where p.is_rare
    ), event as (
      select segment, (sid * 64 + stream) * 512 + k as event, pool, overnight, null::date as day, null::varchar geo, null::varchar as legal
      from (select *, unnest(range(n)) k from n where n > 0)
      union all
      select p.segment, (p.sid * 64 + 31) * 512, ${poolNumber('newborn')}, true, q.birth, null, null
      from snds_patient q join snds_place p on p.person = q.person and q.birth >= p.from_date and q.birth < p.until_date
      union all
      select p.segment, -(c.contact::bigint + 1), case when c.kind = 'hospitalisation' then ${poolNumber('contact')} else ${day} end,
        c.kind = 'hospitalisation', c.date, c.finess_geo, c.finess_legal
      from hospital_contact c join snds_place p on p.person = c.person and c.date >= p.from_date and c.date < p.until_date
      where c.in_snds and c.kind <> 'consultation'
    ), drawn as (
      select e.*, ${draw('stay', 'e.event')} h from event e
    ), dated as (
      select d.event, d.segment, d.pool, d.geo, d.legal, d.h, p.person, p.covered, p.departement, q.rare_cim10,
        coalesce(d.day, p.from_date + (${bits('d.h', 0, 16)}::integer * p.len) // 65536)::date entry,
        case when not d.overnight then 0 when d.pool in (${poolNumber('delivery')}, ${poolNumber('newborn')}) then 3 + ${bits('d.h', 16, 2)}::integer % 3
          else ${choose(nights, `${bits('d.h', 16, 6)}::integer`)} end planned,
        least(date '${window.until}', coalesce(q.death, date '9999-01-01')) last_day,
        d.pool not in (${poolNumber('rare')}, ${poolNumber('contact')}, ${day}, ${poolNumber('newborn')}) and ${bits('d.h', 22, 8)} < ${PRIVATE} private
      from drawn d join snds_place p on p.segment = d.segment join snds_patient q on q.person = p.person
    ), typed as (
      select d.*, t.ghm, t.ghs, coalesce(nullif(t.diagnosis, ''), d.rare_cim10, 'Q899') diagnosis, t.related, t.ccam, t.tariff,
        case when d.geo is null then d.departement end anywhere, not d.private to_public, ${bits('d.h', 38, 10)}::integer cell
      from dated d join snds_stay_pick k on k.pool = d.pool and k.cell = ${bits('d.h', 30, 8)}::integer
        join snds_stay_type t on t.id = k.id
    )
    select y.event, y.segment, y.person, y.h, y.entry, least(y.entry + y.planned, y.last_day)::date as exit_day,
      y.ghm, y.ghs, y.diagnosis, y.related, y.ccam, y.tariff,
      case when y.covered then y.tariff else y.tariff * ${STAY_RATE} // 100 end::integer due,
      coalesce(not s.public, false) private,
      coalesce(y.geo, s.finess_geo, o.finess_geo) geo, coalesce(y.legal, s.finess_legal, o.finess_legal) legal
    from typed y
      left join snds_site s on s.departement = y.anywhere and s.public = y.to_public and s.cell = y.cell
      left join (select * from snds_site where public) o on o.departement = y.anywhere and o.cell = y.cell`)
}
