import type { FlowPeriod } from './flow-periods.ts'
import { personDay, sameCare } from './lines.ts'
import type { SndsContext } from './model.ts'
import { inInstitution, writeTable } from './write-flow.ts'

/*
 * What was planted, by meaning: the rows that a cleaning must find, and rows that resemble them and must stay.
 * Rows are counted from 1 in the delivered file; every temporary table here stands in the order of its file.
 */

const columns = '(rule, tbl, period, part, row_number, kind, why)'

export async function openLedger({ engine }: SndsContext): Promise<void> {
  await engine.run(
    'create or replace temp table snds_defect (rule varchar, tbl varchar, period integer, part integer, row_number bigint, kind varchar, why varchar)',
  )
  await engine.run(
    'create or replace temp table snds_twin (period integer, row_number bigint, care_key ubigint, role utinyint)',
  )
}

/** Defects of one flow file, from `snds_line`. */
export async function noteLines({ engine }: SndsContext, period: FlowPeriod): Promise<void> {
  const note = (rule: string, kind: string, why: string, where: string) =>
    `select 'snds/${rule}', 'ER_PRS_F', ${period.name}, 0, nth, '${kind}', '${why}' from snds_noted where ${where}`
  const plain = 'role = 0 and site is null'
  // The few lines that any note can mean, in one pass.
  await engine.run(`create or replace temp table snds_noted as
    select rowid + 1 nth, role, spare, site, direct, sector, dct, ccam, affiliation, prescriber from snds_line
    where role = 1 or site is not null or spare < 41 or (affiliation = 16 and spare % 2048 = 0) or ${inInstitution}`)
  await engine.run(
    `insert into snds_defect ${columns} ${[
      note('r1', 'defect', 'a line for information, beside the line that was paid', 'role = 1'),
      note(
        'r1',
        'near-miss',
        'a line without qualifier',
        `${plain} and (spare < 8 or spare between 16 and 23)`,
      ),
      note('r1', 'near-miss', 'a qualifier of 70 or 72', `${plain} and spare between 8 and 15`),
      note(
        'r2',
        'defect',
        'a stay or visit of a public hospital that bills the insurance directly',
        'direct = 1',
      ),
      note('r2', 'near-miss', 'a private clinic', 'direct = 0 and sector = 2 and dct % 8 = 0'),
      note(
        'r2',
        'near-miss',
        'an act in the liberal sector of a public hospital',
        `${inInstitution} and site is null and dct % 8 = 0`,
      ),
      note('r2', 'near-miss', 'a line outside any institution', `${plain} and ccam is null and spare = 40`),
      note(
        'r4',
        'near-miss',
        'a franchise: a negative amount that takes back no line',
        'role = 0 and affiliation = 16 and spare % 2048 = 0',
      ),
      note(
        'r7',
        'near-miss',
        'a prescription date of 1600 in another table',
        `${plain} and prescriber is not null and spare in (24, 25)`,
      ),
    ].join(' union all ')}`,
  )
  await engine.run(`insert into snds_twin
    select ${period.name}, row_id, care_key, role from (select rowid + 1 row_id, role, ${sameCare} care_key from snds_line
      where ${personDay} in (select person_day from snds_reversal))
    where care_key in (select care_key from snds_reversal)`)
}

/**
 * Everything else, once all tables are there; then the ledger is written. Where no defects are planted it holds
 * the places of residence alone, whose pieces are how the SNDS writes them.
 */
export async function closeLedger(context: SndsContext): Promise<void> {
  const { engine } = context
  const rows = (table: string, order: string, where = 'true') =>
    `(select row_number() over (partition by mco_year order by ${order}) nth, * from ${table} where ${where})`
  const rsa = rows('snds_rsa', 'eta, rsa')
  const paid = rows('snds_rsa', 'eta, rsa', 'not private')
  const whole = (table: string) => `(select rowid + 1 nth, * from ${table})`
  const note = (
    rule: string,
    table: string,
    period: string,
    kind: string,
    why: string,
    from: string,
    where: string,
  ) => `select 'snds/${rule}', '${table}', ${period}, 0, nth, '${kind}', '${why}' from ${from} where ${where}`
  const beneficiary = (rule: string, kind: string, why: string, where: string) =>
    note(rule, 'IR_BEN_R', '0', kind, why, whole('snds_beneficiary'), where)
  const illness = (kind: string, why: string, where: string) =>
    note('r7', 'IR_IMB_R', '0', kind, why, whole('snds_illness'), where)
  const chain = (kind: string, why: string, where: string) =>
    note('r8', 'T_MCO_C', 'mco_year', kind, why, rsa, where)
  const group = (kind: string, why: string, where: string) =>
    note('r10', 'T_MCO_B', 'mco_year', kind, why, rsa, where)
  const worth = (kind: string, why: string, where: string) =>
    note('r13', 'T_MCO_VALO', 'mco_year', kind, why, paid, where)
  await engine.run(
    `insert into snds_defect ${columns} ${[
      // Lines that are the same care are interchangeable: the first ones are taken as those that were taken back.
      `select 'snds/r4', 'ER_PRS_F', period, 0, row_number, case when positive <= reversals then 'defect' else 'near-miss' end,
        case when positive <= reversals then 'a line that was billed by error and taken back' else 'the same care a second time, which nobody took back' end
      from (select *, row_number() over (partition by care_key order by period, row_number) positive from snds_twin where role <> 2)
        join (select care_key, count(*) reversals from snds_twin where role = 2 group by care_key) using (care_key)`,
      `select 'snds/r4', 'ER_PRS_F', period, 0, row_number, 'defect', 'a reversal, which takes a line back' from snds_twin where role = 2`,
      beneficiary('r7', 'defect', 'a living person whose death is 1600-01-01', 'year(death) = 1600'),
      beneficiary('r7', 'near-miss', 'a living person whose death is empty', 'death is null'),
      beneficiary('r7', 'near-miss', 'a person who died', 'year(death) > 1600'),
      illness('defect', 'an illness still open, until 1600-01-01', 'year(ald_until) = 1600'),
      illness('near-miss', 'an illness without end', 'ald_until is null'),
      illness('near-miss', 'an illness that ends', 'year(ald_until) > 1600 and nth % 8 = 0'),
      chain('defect', 'a stay chained to a wrong field', 'wrong is not null'),
      chain('near-miss', 'a stay whose return codes are partly empty', 'partly and wrong is null'),
      group('defect', 'a stay in an error group', "false_stay = 'error group'"),
      group(
        'near-miss',
        'a group that holds 90 further on',
        "ghm = '10M90Z' and false_stay is distinct from 'error group'",
      ),
      worth('defect', 'a stay that the insurance does not pay', 'false_stay is not null'),
      worth('near-miss', 'a paid stay, valued 5', "valo = '5'"),
      worth('near-miss', 'a paid stay, valued 1', "valo = '1' and nth % 64 = 0"),
      beneficiary('r15', 'defect', 'Corsica under one département', "dpt = '209'"),
      beneficiary(
        'r15',
        'defect',
        'a commune overseas in pieces',
        "dpt in ('971', '972', '973', '974', '976')",
      ),
      beneficiary('r15', 'defect', 'an unknown place of residence', "dpt in ('099', '000')"),
      beneficiary('r15', 'near-miss', 'the Aisne, which is not Corsica', "dpt = '002'"),
      beneficiary(
        'r15',
        'near-miss',
        'a commune of the mainland',
        "dpt between '001' and '095' and nth % 64 = 0",
      ),
    ].join(' union all ')}`,
  )
  await writeTable(
    context,
    'defects',
    {
      rule: 'rule',
      '"table"': 'tbl',
      period: 'period',
      part: 'part',
      '"row"': 'row_number',
      kind: 'kind',
      why: 'why',
    },
    `(select * from snds_defect where ${context.options.defects || "rule = 'snds/r15'"} order by rule, tbl, period, part, row_number, kind, why)`,
    'truth',
  )
}
