import { executants, PROVIDER_BASE, PROVIDERS_PER_KIND, products, streams } from './catalogue.ts'
import { flowMonth } from './city.ts'
import { bits, choose, drawer, rounded, uniform } from './draws.ts'
import { directBilling } from './hospital-catalogue.ts'
import type { SndsContext } from './model.ts'

/** A number of DCT_ORD_NUM for each sheet: a bijection of 31 bits, so that order tells nothing. */
const scrambled = (sheet: string): string => `(((${sheet}) * 1103515245) % 2147483648)::integer`
/** What every line repeats of its segment. */
const ofPlace = 'p.person, p.psa, p.rng, p.fund, p.org, p.rgm, p.grg, p.c2s, p.dpt, p.com, p.hospital'

/**
 * `snds_hospital_line`: lines that stays bring to ER_PRS_F: those of private clinics (the stay itself and the
 * fees of surgeon and anaesthetist, which together are its tariff), and, as a defect, the second record of
 * stays and visits of public hospitals that bill the insurance directly.
 */
export async function writeHospitalLines(context: SndsContext): Promise<void> {
  const { engine, seed, window, options } = context
  const share = choose(Object.values(directBilling), `(year(day) - ${Object.keys(directBilling)[0]})`)
  await engine.run(`create or replace temp table snds_direct as
    select finess_legal, (row_number() over (order by ${drawer(seed)('direct', 'hash(finess_legal) >> 1::ubigint')}, finess_legal) - 0.5) * 100 / count(*) over () rank
    from (select distinct finess_legal from institution where status = 'public')`)
  const clinic = (slot: number, nature: string, specialty: string, part: string): string =>
    `select event, segment, h, entry as day, exit_day as until_day, ${slot} as slot, '${nature}' as nature, '${specialty}' as specialty,
      ${part} as part, tariff, due, geo as site, 0 as direct, ghs, '2' as sector, 7 as kind from snds_stay where private`
  const direct = options.defects
    ? `union all
      select event, segment, h, day, until_day, line, nature, '00', cents, cents, cents, geo, 1, ghs, '1', kind from (
        select event, segment, h, entry as day, exit_day as until_day, 1 as line, '2111' as nature, due cents, geo, legal, ghs, 8 as kind from snds_stay where not private
        union all select f.event, f.segment, v.h, v.day, v.day, f.line + 1, '1112', f.due, v.geo, v.legal, null, 9 from snds_fee f join snds_visit v on v.event = f.event
      ) s join snds_direct d on d.finess_legal = s.legal where d.rank <= ${share}`
    : ''
  await engine.run(`create or replace temp table snds_hospital_line as
    with l as (
      ${clinic(1, '2111', '00', 'tariff * 6 // 10')} union all
      ${clinic(2, '1352', '04', 'tariff * 3 // 10')} union all
      ${clinic(3, '1352', '02', 'tariff - tariff * 6 // 10 - tariff * 3 // 10')}
      ${direct}
    ), f as (
      select *, hash(h) h2, ${flowMonth('until_day', 'hash(h)', 16, window.until)} flow from l
    ), n as (
      select *, (select coalesce(max(sheet), 0) from snds_sheet) + dense_rank() over (order by kind, event) as sheet from f
    )
    select n.flow, (n.flow - 1 - ((${bits('n.h2', 24, 5)}::integer * 28) // 32))::date treated, ${scrambled('n.sheet')} dct,
      n.slot::utinyint slot, ${ofPlace}, p.dep, n.day care, n.until_day care_to, n.day prescribed,
      n.nature::snds_nature nature, n.specialty::snds_specialty specialty, null::snds_specialty prescriber_specialty,
      6::utinyint item, 1::integer units, n.part::integer base,
      case when p.covered then n.part when n.direct = 1 then n.part
        when n.slot = 3 then n.due - (n.tariff * 6 // 10)::bigint * n.due // n.tariff - (n.tariff * 3 // 10)::bigint * n.due // n.tariff
        else n.part::bigint * n.due // n.tariff end::integer due,
      case when p.covered then 100 else 80 end::utinyint rate, 0::integer overrun, null::utinyint affiliation,
      (${PROVIDER_BASE} + ${bits('n.h2', 30, 12)}::integer * 7 + n.slot)::integer executant, null::integer prescriber,
      null::snds_cip cip13, null::integer price, null::snds_ccam ccam, case when n.direct = 1 then 9 else 0 end::utinyint as role, 99::usmallint spare, 0::utinyint mark,
      n.site::snds_finess site, n.direct::utinyint direct, n.ghs, n.sector
    from n join snds_place p on p.segment = n.segment`)
}

/** Flow months of one file: `until` is not in it. */
export interface FlowPeriod {
  readonly name: string
  readonly from: string
  readonly until: string
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

/** What makes two lines the same care, whichever their sign. */
export const sameCare = `xor(xor(hash(person * 100000::bigint + (care - date '1900-01-01')),
    hash(executant::bigint * 1073741824 + coalesce(prescriber, 0))),
    xor(hash(1 + abs(base) * 4294967296::bigint + abs(due) * 128 + abs(units)),
      hash(nature::varchar || coalesce(cip13::varchar, '') || coalesce(ccam::varchar, ''))))`

/** `snds_reversal`: the care of lines that are taken back, found before the lines are written. */
export async function writeReversals({ engine }: SndsContext): Promise<void> {
  await engine.run(`create or replace temp table snds_reversal as
    select distinct ${sameCare} care_key from (${cityLines('role = 2')})`)
}

/** Lines of the sheets that meet a condition, as a query. */
function cityLines(condition: string): string {
  const kinds = executants.length
  const number = (dep: string, kind: string, at: string) =>
    `(${PROVIDER_BASE} + (${dep} * ${kinds} + ${kind}) * ${PROVIDERS_PER_KIND} + ${at})::integer`
  const among = (density: string, u: string) =>
    `(${u} * greatest(2, least(${PROVIDERS_PER_KIND}, l.people * ${density}))::integer // 4096)`
  const own = 'l.own % 4096'
  const free = (from: number) => `${bits('l.h', from, 12)}::integer`
  const antibiotic = streams.findIndex((stream) => stream.name === 'antibiotic')
  // A supplement is billed by whoever gave the care of its sheet: the line in slot 1.
  const nameOf = (stream: string) => streams.findIndex((s) => s.name === stream)
  const kindOf = (executant: string) => executants.findIndex((e) => e.name === executant)
  const leaders = (pool: string) =>
    choose(
      products
        .filter((product) => product.pool === pool)
        .flatMap((product) => Array.from({ length: product.weight }, () => kindOf(product.executant))),
      `${bits('l.h1', 10, 8)}::integer`,
    )
  const givenBy = `case when c.affiliation is null then c.executant when l.stream = ${nameOf('specialist')} then ${leaders('specialist')}
    when l.stream = ${nameOf('rare visit')} then ${leaders('rare')} when l.stream in (${nameOf('pharmacy')}, ${antibiotic}) then ${kindOf('pharmacy')}
    when l.stream = ${nameOf('transport')} then ${kindOf('carrier')} else ${kindOf('gp')} end::integer`
  const mostlyOwn = `${bits('l.h', 40, 4)} < 13`
  return `with e as (
      select s.*, t.slot, t.pool, t.asked, t.shift, t.boxes, t.rare, t.portion, hash(xor(s.h, t.salt)) h2, hash(xor(s.h, t.lead)) h1
      from snds_sheet s join snds_slot t on t.stream = s.stream and (s.role = 0 or t.slot = 1)
      where ${condition}
    ), l as (
      select e.treated, e.flow, e.sheet, e.slot, e.role, e.mark, e.h, e.h1, e.h2, e.stream,
        least(e.care + e.shift, p.until_date - 1)::date care, ${ofPlace}, p.dep, p.people, p.own, p.covered,
        k.product,
        case when e.rare then ${rounded('p.severity * d.drugs / (12 * d.box)', uniform('e.h2', 18, 20))}
          when e.boxes then case when ${bits('e.h2', 18, 8)} < 179 then 1 when ${bits('e.h2', 18, 8)} < 231 then 2 else 3 end
          else 1 end units
      from e join snds_place p on p.segment = e.segment
        join snds_disease d on d.disease = p.disease
        join snds_pick k on k.pos = e.pool + case when e.rare then p.disease::integer * 256 else ${bits('e.h2', 10, 8)}::integer end
      where ${bits('e.h2', 0, 10)} < e.portion::ubigint and (e.asked = 0 or (p.adult and (e.asked = 1 or not p.c2s)))
    ), w as (
      select l.*, c.* exclude (executant), ${givenBy} executant, case when l.covered then c.price else c.am0 end due_unit,
        case when l.role = 2 then -l.units else l.units end signed,
        case when l.stream = ${antibiotic} then
            case when ${bits('l.h', 44, 9)} < 399 then 0 when ${bits('l.h', 44, 9)} < 462 then 7 when ${bits('l.h', 44, 9)} < 473 then 3 else 10 end
          when c.executant < 8 or c.affiliation is not null then null when ${bits('l.h', 44, 9)} < 420 then 0 else 1 + ${bits('l.h', 53, 3)} % 6 end::integer prescriber_kind
      from l join snds_product c on c.id = l.product where l.units > 0
    )
    select l.flow, l.treated::date treated, ${scrambled('l.sheet')} dct, l.slot::utinyint slot,
      l.person, l.psa, l.rng, l.fund, l.org, l.rgm, l.grg, l.c2s, l.dpt, l.com, l.hospital, l.dep,
      l.care, l.care care_to, case when l.prescriber_kind is null then null else l.care - (${bits('l.h', 32, 4)} % 10)::integer end prescribed,
      l.nature, e.specialty, q.specialty prescriber_specialty,
      l.item, l.signed units, l.signed * l.price base, l.signed * l.due_unit due,
      case when l.covered then 100 else l.rate end::utinyint rate, l.signed * l.overrun overrun, l.affiliation,
      ${number('l.dep', 'l.executant', `case when l.executant in (0, 11, 13) and ${mostlyOwn} then ${among('e.density', own)} else ${among('e.density', free(36))} end`)} executant,
      case when l.prescriber_kind is not null then ${number(
        'l.dep',
        'l.prescriber_kind',
        `case when l.prescriber_kind = 0 then ${among('q.density', own)} else ${among('q.density', free(28))} end`,
      )} end prescriber,
      l.cip13, l.price, l.ccam, l.role, ${bits('l.h2', 48, 16)}::usmallint spare,
      l.mark, null::snds_finess site, null::utinyint direct, null::varchar ghs, null::varchar sector
    from w l join snds_kind e on e.kind = l.executant left join snds_kind q on q.kind = l.prescriber_kind`
}
