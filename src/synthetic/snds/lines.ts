import { type Executant, executants, streams } from './catalogue.ts'
import { flowMonth, sheetBits } from './city.ts'
import { createEnumeration, providerCell } from './city-catalogue.ts'
import { bits, choose, drawer, uniform, values } from './draws.ts'
import type { FlowPeriod } from './flow-periods.ts'
import { directBilling, stayTypes } from './hospital-catalogue.ts'
import type { SndsContext } from './model.ts'

/** A number of DCT_ORD_NUM for each sheet: a bijection of 31 bits, so that order tells nothing. */
const scrambled = (sheet: string): string => `(((${sheet}) * 1103515245) % 2147483648)::integer`
/** What every line repeats of its segment. */
const ofPlace = (place: string): string =>
  ['person', 'psa', 'rng', 'fund', 'org', 'rgm', 'grg', 'c2s', 'dpt', 'com', 'hospital']
    .map((column) => `${place}.${column}`)
    .join(', ')
/** Eight bits of a line's draw, which pick a product of its pool. */
const pickBits = (draw: string): string => `${bits(draw, 10, 8)}::integer`
const kindOf = (executant: Executant): number => executants.findIndex((e) => e.name === executant)

/**
 * `snds_hospital_line`: lines that stays bring to ER_PRS_F: those of private clinics (the stay itself and the
 * fees of surgeon and anaesthetist, which together are its tariff), and, as a defect, the second record of
 * stays and visits of public hospitals that bill the insurance directly.
 */
export async function writeHospitalLines(context: SndsContext): Promise<void> {
  const { engine, seed, window, options } = context
  const share = choose(Object.values(directBilling), `(year(day) - ${Object.keys(directBilling)[0]})`)
  await createEnumeration(
    engine,
    'snds_ghs',
    `select * from (${values([...new Set(stayTypes.map((type) => type.ghs))].sort().map((ghs) => [ghs]))})`,
  )
  await engine.run(`create or replace temp table snds_direct as
    select finess_legal, (row_number() over (order by ${drawer(seed)('direct', 'hash(finess_legal) >> 1::ubigint')}, finess_legal) - 0.5) * 100 / count(*) over () rank
    from (select distinct finess_legal from institution where status = 'public')`)
  const clinic = (slot: number, nature: string, executant: Executant, part: string): string =>
    `select event, segment, h, entry as day, exit_day as until_day, ${slot} as slot, '${nature}' as nature, ${kindOf(executant)} as gives,
      ${part} as part, tariff, due, geo as site, 0 as direct, ghs, 2 as sector, 7 as kind from snds_stay where private`
  const direct = options.defects
    ? `union all
      select event, segment, h, day, until_day, line, nature, ${kindOf('clinic')}, cents, cents, cents, geo, 1, ghs, 1, kind from (
        select event, segment, h, entry as day, exit_day as until_day, 1 as line, '2111' as nature, due cents, geo, legal, ghs, 8 as kind from snds_stay where not private
        union all select f.event, f.segment, v.h, v.day, v.day, f.line + 1, '1112', f.due, v.geo, v.legal, null, 9 from snds_fee f join snds_visit v on v.event = f.event
      ) s join snds_direct d on d.finess_legal = s.legal where d.rank <= ${share}`
    : ''
  await engine.run(`create or replace temp table snds_hospital_line as
    with l as (
      ${clinic(1, '2111', 'clinic', 'tariff * 6 // 10')} union all
      ${clinic(2, '1352', 'surgeon', 'tariff * 3 // 10')} union all
      ${clinic(3, '1352', 'anaesthetist', 'tariff - tariff * 6 // 10 - tariff * 3 // 10')}
      ${direct}
    ), f as (
      select *, hash(h) h2, ${flowMonth('until_day', 'hash(h)', 16, window.until)} flow from l
    ), n as (
      select *, (select coalesce(max(sheet), 0) from snds_sheet) + dense_rank() over (order by kind, event) as sheet from f
    )
    select n.flow, (n.flow - 1 - ((${bits('n.h2', 24, 5)}::integer * 28) // 32))::date treated, ${scrambled('n.sheet')} dct,
      n.slot::utinyint slot, ${ofPlace('p')}, n.day care, (n.until_day - n.day)::usmallint as days, n.day prescribed,
      n.nature::snds_nature nature, e.specialty, null::snds_specialty prescriber_specialty,
      6::utinyint item, 1::smallint units, n.part::integer base,
      case when p.covered then n.part when n.direct = 1 then n.part
        when n.slot = 3 then n.due - (n.tariff * 6 // 10)::bigint * n.due // n.tariff - (n.tariff * 3 // 10)::bigint * n.due // n.tariff
        else n.part::bigint * n.due // n.tariff end::integer due,
      case when p.covered then 100 else 80 end::utinyint rate, n.part::integer paid, null::utinyint affiliation,
      e.number executant, null::snds_number prescriber,
      null::snds_cip cip13, null::integer price, null::snds_ccam ccam, case when n.direct = 1 then 9 else 0 end::utinyint as role, 99::usmallint spare,
      n.site::snds_finess site, n.direct::utinyint direct, n.ghs::snds_ghs ghs, n.sector::utinyint sector
    from n join snds_place p on p.segment = n.segment
      join snds_provider e on e.cell = ${providerCell('p.dep', 'n.gives', `${bits('n.h2', 30, 8)}::integer`)}`)
}

/**
 * `snds_line`: every line of one flow period in its final order (of the nine keys), narrow: what remains is to
 * write the columns of the tables from it. Its `rowid` + 1 is the row of ER_PRS_F.
 */
export async function writeLines({ engine }: SndsContext, period: FlowPeriod): Promise<void> {
  const within = `flow >= date '${period.from}' and flow < date '${period.until}'`
  await engine.run(`create or replace temp table snds_line as
    ${cityLines(within)}
    union all by name
    select * from snds_hospital_line where ${within}
    order by treated, dct, slot`)
}

/** Person and day of a line. */
export const personDay = `(person * 100000::bigint + (care - date '1900-01-01'))`

/** What makes two lines the same care, whichever their sign. */
export const sameCare = `xor(xor(hash(${personDay}),
    hash(enum_code(executant)::bigint * 4294967296 + coalesce(enum_code(prescriber)::bigint, 4294967295))),
    xor(hash(1 + abs(base) * 4294967296::bigint + abs(due) * 128 + abs(units)),
      hash((enum_code(nature)::bigint * 1048576 + coalesce(enum_code(cip13)::bigint, 1048575)) * 1048576
        + coalesce(enum_code(ccam)::bigint, 1048575))))`

/** `snds_reversal`: the care of lines that are taken back, with its person and day, found before the lines are written. */
export async function writeReversals({ engine }: SndsContext): Promise<void> {
  await engine.run(`create or replace temp table snds_reversal as
    select distinct ${sameCare} care_key, ${personDay} person_day from (${cityLines('role = 2')})`)
}

/**
 * Lines of the sheets that meet a condition, as a query. What hangs on the sheet (whose it is, who prescribes, who
 * gives the care of its first line) is found before the sheet becomes several lines. The draw `h` of a sheet is
 * spent bit by bit, see `sheetBits`.
 */
function cityLines(condition: string): string {
  const antibiotic = streams.findIndex((stream) => stream.name === 'antibiotic')
  const { prescriber, faithful, before, by, specialist, executant } = sheetBits
  const drawn = ([from, width]: readonly [number, number]) => `${bits('s.h', from, width)}::integer`
  const prescribers = `case when s.stream = ${antibiotic} then
        case when ${drawn(by)} < 399 then ${kindOf('gp')} when ${drawn(by)} < 462 then ${kindOf('dentist')}
          when ${drawn(by)} < 473 then ${kindOf('paediatrician')} else ${kindOf('pneumologist')} end
      when ${drawn(by)} < 420 then ${kindOf('gp')} else 1 + ${drawn(specialist)} % 6 end`
  return `with s as (
      select s.*, ${ofPlace('p')}, p.until_date - 1 last_day, p.pays, p.covered, p.rare_boxes, p.rare_pool, p.dep, p.own,
        ${prescribers} by_kind, ${drawn(executant)} free, case when ${drawn(faithful)} < 13 then p.own else ${drawn(executant)} end mostly_own
      from snds_sheet s join snds_place p on p.segment = s.segment
      where ${condition}
    ), d as (
      select s.*, k.executant given_by, q.number prescriber, q.specialty prescriber_specialty, s.care - ${drawn(before)} % 10 day_before
      from s join (select stream, pool, salt from snds_slot where slot = 1) f on f.stream = s.stream
        join snds_pick k on k.pos = f.pool + ${pickBits('hash(xor(s.h, f.salt))')}
        join snds_provider q on q.cell = ${providerCell('s.dep', 's.by_kind', `case s.by_kind when ${kindOf('gp')} then s.own else ${drawn(prescriber)} end`)}
    ), l as (
      select d.*, t.slot, t.pool, t.shift, t.boxes, t.rare, hash(xor(d.h, t.salt)) h2, t.portion
      from d join snds_slot t on t.stream = d.stream and t.asked <= d.pays and (d.role = 0 or t.slot = 1)
    ), c as (
      select l.*, c.* exclude (pos, executant), coalesce(c.executant, l.given_by) gives,
        case when l.rare then floor(l.rare_boxes + ${uniform('l.h2', 18, 20)})::integer
          when l.boxes then case when ${bits('l.h2', 18, 8)} < 179 then 1 when ${bits('l.h2', 18, 8)} < 231 then 2 else 3 end
          else 1 end * case when l.role = 2 then -1 else 1 end units
      from l join snds_pick c on c.pos = l.pool + case when l.rare then l.rare_pool else ${pickBits('l.h2')} end
      where ${bits('l.h2', 0, 10)} < l.portion
    )
    select c.flow, c.treated, ${scrambled('c.sheet')} dct, c.slot, ${ofPlace('c')},
      least(c.care + c.shift, c.last_day)::date care, 0::usmallint as days, case when c.prescribed then c.day_before end prescribed,
      c.nature, e.specialty, case when c.prescribed then c.prescriber_specialty end prescriber_specialty,
      c.item, c.units::smallint units, c.units * c.price base, c.units * case when c.covered then c.price else c.am0 end due,
      case when c.covered then 100 else c.rate end::utinyint rate, c.units * (c.price + c.overrun) paid, c.affiliation,
      e.number executant, case when c.prescribed then c.prescriber end prescriber,
      c.cip13, c.price, c.ccam, c.role, ${bits('c.h2', 48, 16)}::usmallint spare,
      null::snds_finess site, null::utinyint direct, null::snds_ghs ghs, null::utinyint sector
    from c join snds_provider e on e.cell = ${providerCell('c.dep', 'c.gives', `case when c.gives in (${kindOf('gp')}, ${kindOf('pharmacy')}, ${kindOf('nurse')}) then c.mostly_own else c.free end`)}
    where c.units <> 0`
}
