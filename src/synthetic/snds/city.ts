import { streams } from './catalogue.ts'
import { bits, choose, drawer, rounded, uniform } from './draws.ts'
import { isMonthly, lastFlow } from './flow-periods.ts'
import type { SndsContext } from './model.ts'

/** How the 64 bits of a sheet's draw are spent: first bit, number of bits. */
export const sheetBits = {
  care: [0, 16],
  flow: [16, 7],
  treated: [23, 5],
  prescriber: [28, 8],
  faithful: [36, 4],
  before: [40, 4],
  by: [44, 9],
  specialist: [53, 3],
  executant: [56, 8],
} as const

/** Months between care and the flow that brings it, in 128ths: 98 % within six. */
const DELAYS = [
  ...Array<number>(68).fill(1),
  ...Array<number>(34).fill(2),
  ...Array<number>(11).fill(3),
  ...Array<number>(6).fill(4),
  ...Array<number>(4).fill(5),
  ...Array<number>(3).fill(6),
  8,
  11,
]
/** First day of the flow month of care given on `date`, from five and more bits of a draw. */
export function flowMonth(date: string, draw: string, from: number, until: string): string {
  const delay = choose(DELAYS, `${bits(draw, from, 7)}::integer`)
  return `least(date '${lastFlow(until)}', (date_trunc('month', ${date}) + to_months(${delay}))::date)`
}

/**
 * `snds_sheet`: one row per care sheet: segment, stream, draw `h` (from which all its lines follow), first care
 * date, flow month and treatment date, and `role`. Sheets of role 0 are true; the others are defects and copy
 * a draw: 1 for information, 2 a reversal, 3 a double of a true line, 4 a line billed by error.
 */
export async function writeSheets(context: SndsContext): Promise<void> {
  const { engine, seed, window, options } = context
  const draw = drawer(seed)
  const rareVisit = streams.findIndex((s) => s.name === 'rare visit')
  await engine.run(`create or replace temp table snds_count as
    with n as (
      select g.segment, g.sid, s.stream,
        least(4095, ${rounded(
          `s.rate * g.span * case when s.stream >= ${rareVisit} and not g.is_rare then 0
           when s.factor = 'care' then g.f_care when s.factor = 'drugs' then g.f_drugs
           when s.factor = 'severity' then g.severity else 1 end`,
          uniform(draw('count', 'g.sid * 64 + s.stream'), 0, 40),
        )}) n
      from snds_segment g join snds_stream s on s.band = g.band
    )
    select segment, sid, stream, n, (sum(n) over (order by segment, stream) - n)::bigint base from n where n > 0`)
  // Of a large country each month reads its own part of the sheets alone.
  await engine.run(`create or replace temp table snds_sheet as
    with s as (
      select segment, sid, stream, base + k sheet, ${draw('sheet', '(sid * 64 + stream) * 4096 + k')} h
      from (select segment, sid, stream, base, unnest(range(n)) k from snds_count)
    ), d as (
      select s.sheet, s.segment, s.stream, s.h, (g.from_date + (${bits('s.h', ...sheetBits.care)}::integer * g.len) // 65536)::date care
      from s join snds_segment g on g.segment = s.segment
    ), f as (select *, ${flowMonth('care', 'h', sheetBits.flow[0], window.until)} flow from d)
    select sheet::bigint sheet, segment, stream, h, care, flow,
      (flow - 1 - ((${bits('h', ...sheetBits.treated)}::integer * 28) // 32))::date treated, 0::utinyint as role
    from f ${isMonthly(options.persons) ? 'order by flow, sheet' : ''}`)
  await engine.run('drop table snds_count')
  if (options.defects) await addFalseSheets(context)
}

/** The draw that makes a sheet carry a defect. */
const chanceOf = (seed: string): string => drawer(seed)('false sheet', 'sheet')

/** Sheets that carry defects, each beside a true one: they add lines and never change what is due. */
async function addFalseSheets({ engine, window, seed }: SndsContext): Promise<void> {
  const last = `date '${lastFlow(window.until)}'`
  await engine.run(`insert into snds_sheet
    with picked as (
      select s.*, ${bits(chanceOf(seed), 0, 10)}::integer z, hash(s.h) h4,
        (g.from_date + (${bits('hash(s.h)', 0, 16)}::integer * g.len) // 65536)::date care4
      from snds_sheet s join snds_segment g on g.segment = s.segment
      where ${bits(chanceOf(seed), 0, 10)} < 14::ubigint
    ), extra as (
      select sheet, 1 false_role, segment, stream, h, care, flow from picked where z < 8
      union all select sheet, 3, segment, stream, h, care, flow from picked where z between 8 and 10
      union all select sheet, 2, segment, stream, h, care, least(${last}, (flow + to_months(1))::date) from picked where z between 8 and 10
      union all select sheet, 4, segment, stream, h4, care4, greatest(flow, least(${last}, (date_trunc('month', care4) + to_months(1))::date)) from picked where z > 10
      union all select sheet, 2, segment, stream, h4, care4, least(${last}, (greatest(flow, (date_trunc('month', care4) + to_months(1))::date) + to_months(1))::date) from picked where z > 10
    )
    select (select max(sheet) from snds_sheet) + row_number() over (order by sheet, false_role), segment, stream, h, care, flow,
      case false_role when 2 then flow - 1 else flow - 2 - ${bits('h', sheetBits.treated[0], 4)}::integer end, false_role
    from extra`)
}
