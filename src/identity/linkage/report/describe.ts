import { join } from 'node:path'
import { openDuckDb } from '../../../engine/index.ts'
import type { Matched } from '../match.ts'
import { BY_NIR } from '../links.ts'
import type { At, LinkageCounts, LinkageDimension, LinkageSubmission } from './model.ts'
import { standardisedDifference, wilson } from './statistics.ts'

/** Below this many persons a value is not looked at alone in a figure that is shown elsewhere. */
const LEAST = 11
const UNKNOWN = 'unknown'

/** Why a patient has no link: they are outcomes like the rungs, and partition the patients with them. */
const OPPOSED = 'opposed'
const NO_DAY = 'no day of care'
const NO_CANDIDATE = 'nobody agrees'
const TOO_LITTLE = 'one agrees, too little'
const SEVERAL = 'several agree'

const NOT_FOUND = [NO_DAY, NO_CANDIDATE, TOO_LITTLE, SEVERAL]

const LINKED = 'linked'
const NOT_LINKED = 'not linked'
/** Those who may be linked, found or not. */
const ELIGIBLE = [LINKED, NOT_LINKED]

const CHARACTERISTICS = ['year', 'age', 'sex', 'departement', 'disease'] as const
type Characteristic = (typeof CHARACTERISTICS)[number]

type Patient = Record<Characteristic, string> & { outcome: string; gold: string }

export interface Quality {
  readonly patients: number
  readonly opposed: number
  readonly linked: number
  readonly indirect: number
  readonly contradicted: number
  readonly byNir: number
}

/**
 * The linkage's report on itself: who was included, how each was linked or why not, by year, age, sex,
 * département and disease, how linked and unlinked differ, and how right the indirect stage is where the NIR
 * tells. Counts of persons only; to be checked before anybody sees it.
 */
export async function describe(
  matched: Matched,
  places: Places,
  lastYear: number,
): Promise<{ submission: LinkageSubmission; quality: Quality }> {
  const { rows, indirect, contradicted } = await read(matched, places, lastYear)
  const linked = (outcome: string): string =>
    outcome === OPPOSED ? OPPOSED : isLink(outcome) ? LINKED : NOT_LINKED
  const outcomes = [...matched.steps, BY_NIR, ...NOT_FOUND, OPPOSED]
  const dimensions: Record<string, LinkageDimension> = {
    linked: { values: [...ELIGIBLE, OPPOSED] },
    outcome: {
      values: outcomes,
      within: { dimension: 'linked', of: Object.fromEntries(outcomes.map((one) => [one, linked(one)])) },
    },
    nir: { values: ['known in both', 'not known in both'] },
  }
  for (const characteristic of CHARACTERISTICS)
    dimensions[characteristic] = { values: [...new Set(rows.map((row) => row[characteristic]))].sort() }
  const count = (test: (row: Patient) => boolean): number => rows.filter(test).length
  const cell = (at: At, test: (row: Patient) => boolean) => ({ at, n: count(test) })

  const gold = rows.filter((row) => row.gold !== 'none')
  const agree = gold.filter((row) => row.gold === 'agrees').length
  const found = gold.filter((row) => row.gold !== 'missed').length
  const tables: LinkageCounts[] = [
    {
      kind: 'count',
      name: 'inclusion',
      cells: [
        { at: {}, n: rows.length },
        ...(dimensions['linked']?.values ?? []).map((value) => ({
          ...cell({ linked: value }, (row) => linked(row.outcome) === value),
          ...(value === LINKED ? { figures: differences(rows, linked) } : {}),
        })),
        ...outcomes.map((outcome) => cell({ outcome }, (row) => row.outcome === outcome)),
      ],
    },
    {
      kind: 'count',
      name: 'indirect_where_nir_tells',
      cells: [
        {
          ...cell({ nir: 'known in both' }, (row) => row.gold !== 'none'),
          figures: {
            ...named('precision', wilson(agree, found)),
            ...named('recall', wilson(agree, gold.length)),
          },
        },
        cell({ nir: 'not known in both' }, (row) => row.gold === 'none'),
      ],
    },
    ...CHARACTERISTICS.map((characteristic) => byCharacteristic(rows, characteristic, dimensions, linked)),
  ]
  const quality: Quality = {
    patients: rows.length,
    opposed: count((row) => row.outcome === OPPOSED),
    linked: count((row) => isLink(row.outcome)),
    indirect,
    contradicted,
    byNir: count((row) => row.outcome === BY_NIR),
  }
  return { submission: { study: 'linkage', dimensions, tables }, quality }
}

const isLink = (outcome: string): boolean => ![OPPOSED, ...NOT_FOUND].includes(outcome)

/**
 * Of every value the linked and the unlinked: a rate needs no more. Who objects is counted once, for all: a few
 * objectors under each value would be small cells, and hide the linked beside them.
 */
function byCharacteristic(
  rows: readonly Patient[],
  characteristic: Characteristic,
  dimensions: Readonly<Record<string, LinkageDimension>>,
  linked: (outcome: string) => string,
): LinkageCounts {
  const tally = new Map<string, number>()
  for (const row of rows) {
    const key = `${row[characteristic]}\n${linked(row.outcome)}`
    tally.set(key, (tally.get(key) ?? 0) + 1)
  }
  return {
    kind: 'count',
    name: `by_${characteristic}`,
    cells: (dimensions[characteristic]?.values ?? []).flatMap((value) =>
      ELIGIBLE.map((state) => ({
        at: { [characteristic]: value, linked: state },
        n: tally.get(`${value}\n${state}`) ?? 0,
      })),
    ),
  }
}

/** One figure per characteristic, rounded: a figure per value would tell a hidden cell. */
function differences(
  rows: readonly Patient[],
  linked: (outcome: string) => string,
): Record<string, number | null> {
  return Object.fromEntries(
    CHARACTERISTICS.map((characteristic) => {
      const counts = new Map<string, [number, number]>()
      for (const row of rows) {
        const state = linked(row.outcome)
        if (state === OPPOSED) continue
        const pair = counts.get(row[characteristic]) ?? [0, 0]
        pair[state === LINKED ? 0 : 1] += 1
        counts.set(row[characteristic], pair)
      }
      const value = standardisedDifference([...counts.values()], LEAST)
      return [
        `difference${characteristic[0]?.toUpperCase()}${characteristic.slice(1)}`,
        value === null ? null : Math.round(value * 100) / 100,
      ]
    }),
  )
}

const rounded = (x: number | null): number | null => (x === null ? null : Math.round(x * 10000) / 10000)
const named = (
  name: string,
  share: { value: number | null; low: number | null; high: number | null },
): Record<string, number | null> => ({
  [name]: rounded(share.value),
  [`${name}Low`]: rounded(share.low),
  [`${name}High`]: rounded(share.high),
})

interface Places {
  readonly transfer: string
  readonly identity: string
  readonly diagnoses: string | undefined
}

/** Reads what the linkage wrote, on this machine: it is as large as the registry, not as the claims. */
async function read(
  matched: Matched,
  { transfer, identity, diagnoses }: Places,
  lastYear: number,
): Promise<{ rows: Patient[]; indirect: number; contradicted: number }> {
  const engine = await openDuckDb()
  const files = {
    transferred: join(transfer, 'patients.parquet'),
    activities: join(transfer, 'activities.parquet'),
    identity,
    pairs: matched.candidates,
    eligible: matched.patients,
    links: matched.links,
    nir: matched.nir,
    indirect: matched.indirect,
    contradicted: matched.contradicted,
    ...(diagnoses === undefined ? {} : { diagnosed: diagnoses }),
  }
  const size = async (name: 'indirect' | 'contradicted'): Promise<number> =>
    Number((await engine.rows<{ n: bigint }>(`select count(*) as n from ${name}`))[0]?.n ?? 0)
  try {
    for (const [name, path] of Object.entries(files))
      await engine.run(`create view ${name} as select * from ${await engine.table([path], {})}`)
    return {
      rows: await engine.rows<Patient>(patientsQuery(diagnoses !== undefined, lastYear)),
      indirect: await size('indirect'),
      contradicted: await size('contradicted'),
    }
  } finally {
    await engine.close()
  }
}

/** One row per patient of the transfer with what became of them. DuckDB's own SQL. */
function patientsQuery(hasDiagnoses: boolean, lastYear: number): string {
  return `
    with everybody as (
      select t.*, i.person from transferred t join identity i on i.level1 = t.level1
    ), days as (
      select transit, min(year(activity_date)) as first_year from activities group by transit
    ), candidates as (
      select transit, count(distinct person) as n from pairs group by transit
    ), diagnoses as (
      ${hasDiagnoses ? 'select person, min(ORPHA) as orpha from diagnosed where ORPHA is not null group by person' : 'select cast(null as varchar) as person, cast(null as varchar) as orpha where false'}
    )
    select
      case
        when a.transit is null then '${OPPOSED}'
        when l.step is not null then l.step
        when d.transit is null then '${NO_DAY}'
        when c.n is null then '${NO_CANDIDATE}'
        when c.n = 1 then '${TOO_LITTLE}'
        else '${SEVERAL}'
      end as outcome,
      case
        when n.transit is null then 'none'
        when x.transit is null then 'missed'
        when x.person = n.person then 'agrees' else 'differs'
      end as gold,
      coalesce(cast(d.first_year as varchar), '${UNKNOWN}') as year,
      case
        when e.birth_year is null then '${UNKNOWN}'
        when ${lastYear} - e.birth_year < 18 then '0-17'
        when ${lastYear} - e.birth_year < 40 then '18-39'
        when ${lastYear} - e.birth_year < 65 then '40-64'
        else '65 and over'
      end as age,
      case e.sex when '1' then 'men' when '2' then 'women' else '${UNKNOWN}' end as sex,
      coalesce(case when left(e.commune, 2) in ('97', '98') then left(e.commune, 3) else left(e.commune, 2) end, '${UNKNOWN}') as departement,
      coalesce('ORPHA:' || g.orpha, 'no ORPHA code yet') as disease
    from everybody e
    left join eligible a on a.transit = e.transit
    left join links l on l.bndmr = e.person
    left join days d on d.transit = e.transit
    left join candidates c on c.transit = e.transit
    left join nir n on n.transit = e.transit
    left join indirect x on x.transit = e.transit
    left join diagnoses g on g.person = e.person`
}
