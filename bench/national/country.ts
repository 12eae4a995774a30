/*
 * The inputs of the linkage at the size of a nation, drawn set by set: every value is a hash of who and what it is
 * for, so that no row needs another and memory does not grow with the country. Written as receptions leave it.
 *
 * A country of 67 million persons has 96 départements, 35,000 communes (a few cities, a long tail of hamlets) and 1,500
 * hospitals; a smaller one is a part of it, as dense. Persons go to a hospital of theirs, others of the département, the
 * university hospital of three départements or anywhere; some go fourteen times as often as others, and series of dialysis
 * and chemotherapy make a sixth of the contacts. Patients of the registry are seen at expert centres too, most at that of
 * their region, a fifth in the capital: 6 times on average, with a variance of 3.6 times that, 5 % never. Twins share birth
 * and home, two in three their sex, and some of their days.
 */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type DuckDb, openDuckDb, sideBySide } from '../../src/engine/index.ts'
import { lakeTable, sndsTables, type SourceTable } from '../../src/sources/index.ts'

export interface National {
  readonly persons: number
  readonly patients: number
  /** Hospital contacts in the SNDS over three years: stays (T_MCO_C) and visits (T_MCO_CSTC). */
  readonly stays: number
}

/** Of contacts, those that are visits and not stays. */
const VISITS = 1 / 3
const YEARS = [2017, 2018, 2019] as const
/** Diseases, as often as one another, each with a code of its own in hospitals. */
const DISEASES = 200
/** Of patients' stays, those for their disease; of others' stays, those that happen to have such a code. */
const FOR_DISEASE = { ofPatients: 0.5, ofOthers: 0.004 } as const
/** Row ids of the PMSI count files of each year apart. */
const ROWS_OF_A_YEAR = 4_294_967_296_000
/** Numbers of draws begin apart, so that two tables never share one. */
const FROM = { visits: 1_000_000_000, births: 3_000_000_000, registry: 4_000_000_000 } as const
/** The share of errors of the registry and of what the SNDS lacks. */
const NOISE = {
  absent: 0.04,
  unseen: 0.1,
  sex: 0.003,
  month: 0.005,
  commune: 0.15,
  dayOff: 0.08,
  elsewhere: 0.05,
  site: 0.1,
} as const
const SLOTS = 2 ** 20
const CHOICES = 256
/** Départements that share a university hospital. */
const REGION = 3
const DRAWS = 10_000

/** Contacts of patients: a negative binomial of mean 6 and size 2.3 gives 5 % none and a variance of 3.6 means. */
function contactCounts(): string {
  const [mean, size, most] = [6, 2.3, 60]
  const fails = mean / (mean + size)
  let mass = (1 - fails) ** size
  let upto = mass
  let n = 0
  return Array.from({ length: DRAWS }, (_, draw) => {
    while ((draw + 0.5) / DRAWS > upto && n < most) {
      mass *= (fails * (size + n)) / (n + 1)
      n += 1
      upto += mass
    }
    return `(${draw}, ${n})`
  }).join(', ')
}

export async function writeNational(dir: string, country: National): Promise<void> {
  const engine = await openDuckDb({ memory: '7GB', spill: join(dir, 'spill') })
  try {
    await engine.run('set preserve_insertion_order = false')
    await drawMaps(engine, country)
    await writeClaims(engine, dir, country)
    await writeRegistry(engine, dir)
  } finally {
    await engine.close()
  }
}

/** Communes by their inhabitants and hospitals by their size, as tables to pick from; macros that tell of a person. */
async function drawMaps(engine: DuckDb, { persons, patients }: National): Promise<void> {
  const part = persons / 67_000_000
  const departements = Math.max(4, Math.round(96 * part))
  const communes = Math.max(departements * 4, Math.round(35_000 * part))
  const hospitals = Math.max(departements * 4, Math.round(1500 * part))
  const regions = Math.ceil(departements / REGION)
  const each = Math.max(2, Math.floor(persons / patients))
  // Hashed twice: one hash of several numbers draws streams that go together.
  for (const macro of [
    `u(i, k) as (hash(hash(i * 1000 + k)) % 1000000007) / 1000000007.0`,
    `pick(i, k, n) as cast(hash(hash(i * 1000 + k)) % 1000000007 * n // 1000000007 as bigint)`,
    // A twin has birth and home of the first.
    `family(i) as case when i % 60 = 1 then i - 1 else i end`,
    `born(i) as cast(1930 + pick(family(i), 2, 90) as integer)`,
    `month_born(i) as cast(1 + pick(family(i), 3, 12) as integer)`,
    `sex(i) as case when i % 60 = 1 and u(i, 4) < 0.65 then 1 + pick(i - 1, 1, 2) else 1 + pick(i, 1, 2) end`,
    `death(i) as case when u(i, 6) < 0.025 then date '2017-01-01' + cast(pick(i, 7, 1095) as integer) end`,
    `rare(i) as (i % ${each} = 0 or (i % 60 = 1 and (i - 1) % ${each} = 0 and u(i, 8) < 0.3))`,
    `in_snds(i) as (not rare(i) or u(i, 9) >= ${NOISE.absent})`,
    `name(i) as substr(md5('s' || i), 1, 26)`,
    `slot(i) as pick(family(i), 5, ${SLOTS})`,
    // Fewer come on Saturdays and Sundays.
    `working(d, x) as case when isodow(d) > 5 and x < 0.75 then d - cast(1 + floor(x * 5) as integer) else d end`,
    `alive(i, d) as ((born(i) < 2017 or d >= make_date(born(i), month_born(i), 1)) and (u(i, 6) >= 0.025 or d <= death(i)))`,
    `disease(i) as pick(i, 15, ${DISEASES})`,
    `hospital_code(d) as 'E' || lpad(cast(d as varchar), 3, '0')`,
    `legal(h) as '99' || lpad(cast(h as varchar), 6, '0') || '0'`,
    `site(h, n) as '99' || lpad(cast(h as varchar), 6, '0') || cast(1 + n as varchar)`,
  ])
    await engine.run(`create or replace macro ${macro}`)
  await engine.run(`create or replace table commune as
    select c, c % ${departements} as d,
      lpad(cast(1 + c % ${departements} as varchar), 2, '0') || lpad(cast(1 + c // ${departements} as varchar), 3, '0') as code,
      case when c < ${departements} then 2100000 * pow((c + 0.5) * ${96 / departements} + 1, -0.9)
        else 500 * exp(1.35 * sqrt(-2 * ln(u(c, 61) + 1e-9)) * cos(2 * pi() * u(c, 62))) end as inhabitants
    from range(${communes}) r(c)`)
  await engine.run(`create or replace table slot as
    with ends as (
      select *, sum(inhabitants) over (order by c) / sum(inhabitants) over () as upto from commune
    )
    select s.slot, e.d, e.c, e.code from (select slot, (slot + 0.5) / ${SLOTS} as x from range(${SLOTS}) r(slot)) as s
    asof join ends as e on s.x <= e.upto order by s.slot`)
  // The first hospital of a région's first département is its university hospital.
  await engine.run(`create or replace table hospital as
    select d * ${CHOICES + 1} + n as choice, d + ${departements} * cast(floor(pow(${hospitals / departements}, (n + 0.5) / ${CHOICES}) - 1 + 0.0001) as integer) as h
    from range(${departements}) a(d), range(${CHOICES}) b(n)
    union all
    select d * ${CHOICES + 1} + ${CHOICES}, d // ${REGION} * ${REGION} from range(${departements}) a(d)`)
  await engine.run(`create or replace table finess as select distinct h from hospital`)
  // The capital's, another region's, or none of these: that of home.
  await engine.run(
    `create or replace macro expert(i) as case when u(i, 11) < 0.2 then 0 when u(i, 11) < 0.3 then ${REGION} * pick(i, 12, ${regions}) end`,
  )
  await engine.run(
    `create or replace table visits_of as select * from (values ${contactCounts()}) as t(draw, n)`,
  )
}

/** Who was where when, of contacts numbered `from` to `upto`: person, day, hospital and what it was. */
const contactsOf = (from: number, upto: number, year: number, persons: number): string => {
  const dialysed = Math.max(1, Math.floor(persons / 1100))
  const treated = Math.max(1, Math.floor(persons / 160))
  const start = `date '${year}-01-01'`
  return `
    select j, i, on_date, what, h.h
    from (
      select j, i, on_date, what, s.d * ${CHOICES + 1} + choice as choice
      from (
        select j, i, what, on_date,
          case when what <> 'ordinary' or u(j, 23) < 0.93 then slot(i) else pick(j, 24, ${SLOTS}) end as spot,
          case when what <> 'ordinary' or u(j, 25) < 0.6 then pick(i, 26, ${CHOICES})
            when u(j, 25) < 0.75 then ${CHOICES} else pick(j, 27, ${CHOICES}) end as choice
        from (
          select j, i, what,
            case what
              when 'dialysis' then ${start} + cast(pick(j, 20, 52) * 7 + 2 * pick(j, 21, 3) + i % 2 as integer)
              when 'chemotherapy' then ${start} + cast(pick(i, 20, 100) + 14 * pick(j, 21, 14) as integer)
              else working(${start} + cast(pick(j, 20, 365) as integer), u(j, 21)) end as on_date
          from (
            select j, what,
              cast(case what
                when 'dialysis' then (pick(j, 22, ${dialysed}) * 1097 + 7) % ${persons}
                when 'chemotherapy' then (pick(j, 22, ${treated}) * 157 + 3) % ${persons}
                else case when u(j, 28) < 0.5 then pick(j, 22, ${persons})
                  else cast(floor(${persons} * (pow(0.1 + 0.9 * u(j, 22), 2.5) - 0.00316) / 0.99684) as bigint) * 48271 % ${persons} end
              end as bigint) as i
            from (select j, case when u(j, 29) < 0.1 then 'dialysis' when u(j, 29) < 0.17 then 'chemotherapy' else 'ordinary' end as what
              from range(${from}, ${upto}) r(j))
          )
        )
      )
      join slot as s on s.slot = spot
      where alive(i, on_date) and in_snds(i)
    ) as c
    join hospital as h on h.choice = c.choice`
}

/** What the registry knows of contacts at its centres, and what became of each in the SNDS. */
const REGISTRY_EVENTS = `
    select e, i, on_date, what, kind, coalesce(d.centre, x.h) as h, seen
    from (
      select e, i, on_date, what, seen, case when what = 'visit' then 'consultation' when what = 'day' then 'hospitalisation de jour' else 'hospitalisation' end as kind,
        case when u(e, 30) < 0.75 then expert(i) end as centre,
        s.d * ${CHOICES + 1} + case when u(e, 30) < 0.75 then ${CHOICES} else pick(i, 26, ${CHOICES}) end as choice
      from (
        select p.i, ${FROM.registry} + p.i * 64 + k as e,
          -- Some of a twin's days are those of the first.
          case when p.i % 60 = 1 and u(p.i * 64 + k, 31) < 0.3 then ${FROM.registry} + (p.i - 1) * 64 + k else ${FROM.registry} + p.i * 64 + k end as f,
          working(date '2017-01-01' + cast(pick(f, 32, 1095) as integer), u(f, 33)) as on_date,
          case when u(f, 34) < 0.6 then 'visit' when u(f, 34) < 0.85 then 'day' else 'stay' end as what,
          u(e, 35) >= ${NOISE.unseen} as seen
        from patient p, range(60) q(k) where k < p.n
      ) join slot as s on s.slot = slot(i)
      where alive(i, on_date)
    ) as d
    join hospital as x on x.choice = d.choice`

type Job = (on: DuckDb) => Promise<void>

/** Files of the claims: each by one thread, two at a time, for a range of numbers is drawn by one. */
async function writeClaims(engine: DuckDb, dir: string, country: National): Promise<void> {
  const { persons, stays } = country
  await engine.run(`create or replace table patient as
    select i, v.n from range(${persons}) r(i) join visits_of as v on v.draw = pick(i, 10, ${DRAWS}) where rare(i)`)
  await engine.run(`create or replace table registry_event as ${REGISTRY_EVENTS}`)
  const ofYear = (of: number, at: number): number => Math.floor((of * at) / YEARS.length)
  const [nStays, nVisits] = [Math.round(stays * (1 - VISITS)), Math.round(stays * VISITS)]
  const jobs: Job[] = []
  for (const [at, year] of YEARS.entries()) {
    const row = `cast(${year} as bigint) * ${ROWS_OF_A_YEAR}`
    const registry = `select e as j, i, on_date, what, h from registry_event where seen and in_snds(i) and year(on_date) = ${year}`
    jobs.push(async (on) => {
      await write(
        on,
        dir,
        `lake/snds/T_MCO_C/${year}`,
        `select ${row} + j as row_id, name(i) as person, legal(h) as ETA_NUM, lpad(cast(j % 10000000000 as varchar), 10, '0') as RSA_NUM, on_date as EXE_SOI_DTD,
        on_date + cast(case what when 'stay' then 1 + floor(-4 * ln(1 - u(j, 40))) when 'ordinary' then case when u(j, 41) < 0.45 then 0 else 1 + floor(-4 * ln(1 - u(j, 40))) end else 0 end as integer) as EXE_SOI_DTF
      from (
        ${contactsOf(ofYear(nStays, at), ofYear(nStays, at + 1), year, persons)}
        union all ${registry} and what <> 'visit'
        union all
        select ${FROM.births} + i, i, make_date(born(i), month_born(i), 1 + cast(pick(family(i), 42, 28) as integer)), 'stay', h.h
        from range(${persons}) r(i) join slot as s on s.slot = slot(i) join hospital as h on h.choice = s.d * ${CHOICES + 1} + pick(family(i), 26, ${CHOICES})
        where born(i) = ${year} and in_snds(i)
      )`,
        'T_MCO_C',
      )
      await write(
        on,
        dir,
        `lake/snds/T_MCO_B/${year}`,
        `select row_id, person, ETA_NUM, RSA_NUM, case when j < ${FROM.births} and u(j, 29) < 0.1 then '28Z04Z' when j < ${FROM.births} and u(j, 29) < 0.17 then '28Z07Z'
        else '05M092' end as GRG_GHM,
        case when u(j, 70) < case when patient is null then ${FOR_DISEASE.ofOthers} else ${FOR_DISEASE.ofPatients} end
          then hospital_code(coalesce(disease(patient), pick(j, 71, ${DISEASES}))) else 'J189' end as DGN_PAL
      from (select row_id, cast(null as varchar) as person, ETA_NUM, RSA_NUM, row_id - ${row} as j, p.i as patient from '${join(dir, `lake/snds/T_MCO_C/${year}.parquet`)}' as s
        left join patient as p on name(p.i) = s.person)`,
        'T_MCO_B',
      )
    })
    jobs.push((on) =>
      write(
        on,
        dir,
        `lake/snds/T_MCO_CSTC/${year}`,
        `select ${row} + j as row_id, name(i) as person, legal(h) as ETA_NUM, on_date as EXE_SOI_DTD
      from (${contactsOf(FROM.visits + ofYear(nVisits, at), FROM.visits + ofYear(nVisits, at + 1), year, persons)}
        union all ${registry} and what = 'visit')`,
        'T_MCO_CSTC',
      ),
    )
  }
  jobs.push((on) =>
    write(
      on,
      dir,
      'lake/snds/IR_BEN_R/0',
      `select i * 2 + n as row_id, name(i) as person, cast(1 + n as integer) as BEN_RNG_GEM, born(i) as BEN_NAI_ANN, month_born(i) as BEN_NAI_MOI,
      cast(sex(i) as varchar) as BEN_SEX_COD, coalesce(death(i), date '1600-01-01') as BEN_DCD_DTE
    from range(${persons}) r(i), range(2) q(n) where in_snds(i) and (n = 0 or i % 16 = 3)`,
      'IR_BEN_R',
    ),
  )
  // One in twelve has moved.
  jobs.push((on) =>
    write(
      on,
      dir,
      'lake/snds/RESIDENCE',
      `select name(i) as person, s.code as commune
    from (select i, case when n = 0 then slot(i) else pick(i, 14, ${SLOTS}) end as spot from range(${persons}) r(i), range(2) q(n)
      where in_snds(i) and (n = 0 or i % 12 = 5)) join slot as s on s.slot = spot`,
    ),
  )
  // The NIR of the SNDS is known of two in three; the other numbers serve no question here.
  jobs.push((on) =>
    write(
      on,
      dir,
      'trusted/matcher/identity/snds',
      `select cast(null as varchar) as psa, cast(1 as integer) as rng, case when u(i, 50) < 0.66 then 'N' || i end as own, cast(null as varchar) as level1, name(i) as person
    from range(${persons}) r(i) where in_snds(i)`,
    ),
  )
  await engine.run('set threads = 1')
  await sideBySide(engine, jobs, (on, job) => job(on))
}

async function writeRegistry(engine: DuckDb, dir: string): Promise<void> {
  const count = async (of: string): Promise<number> =>
    Number((await engine.rows<{ n: bigint }>(`select ${of} as n`))[0]?.n ?? 0)
  const hospitals = await count('(select count(*) from finess)')
  const departements = await count('(select max(d) + 1 from commune)')
  const communes =
    (await count('(select count(*) from commune)')) -
    (await count(`(select count(*) from commune) % ${departements}`))
  await write(
    engine,
    dir,
    'lake/referentials/FINESS',
    `select site(h, n) as FINESS_GEO, legal(h) as FINESS_LEGAL from finess, range(2) b(n)`,
  )
  await write(
    engine,
    dir,
    'lake/referentials/ORPHA_CIM10',
    `select cast(d as bigint) as row_id, cast(null as varchar) as person, cast(d as varchar) as ORPHA, hospital_code(d) as CIM10 from range(${DISEASES}) r(d)`,
  )
  const transit = `md5('t' || i)`
  const registry = `'B' || i`
  const nir = `case when u(i, 51) < 0.16 then 'N' || i end`
  await write(
    engine,
    dir,
    'trusted/matcher/transfers/bndmr/patients',
    `select ${transit} as transit, 'L' || i as level1, ${nir} as nir, cast(null as varchar) as psa,
      cast(case when u(i, 52) < ${NOISE.sex} then 3 - sex(i) else sex(i) end as varchar) as sex, born(i) as birth_year,
      case when u(i, 53) < ${NOISE.month} then 1 + (month_born(i) + cast(pick(i, 54, 11) as integer)) % 12 else month_born(i) end as birth_month,
      s.code as commune, death(i) as death_date
    from patient join slot as h on h.slot = slot(i)
    -- A wrong commune is mostly one of the same département.
    join slot as o on o.slot = pick(i, 56, ${SLOTS})
    join commune as s on s.c = case when u(i, 55) >= ${NOISE.commune} then h.c when u(i, 56) < 0.15 then o.c
      else (h.c + (1 + pick(i, 62, 40)) * ${departements}) % ${communes} end`,
  )
  await write(
    engine,
    dir,
    'trusted/matcher/transfers/bndmr/activities',
    `select ${transit} as transit, on_date + case when u(e, 57) < ${NOISE.dayOff / 2} then 1 when u(e, 57) < ${NOISE.dayOff} then -1 else 0 end as activity_date,
      case when u(e, 58) < ${NOISE.elsewhere} then legal(x.h) when u(e, 58) < ${NOISE.elsewhere + NOISE.site} then site(r.h, pick(e, 59, 2)) else legal(r.h) end as finess,
      case when u(e, 60) < 0.05 then null when u(e, 60) < 0.1 then 'hospitalisation de jour' else kind end as kind
    from registry_event as r join (select h, row_number() over (order by h) - 1 as nth from finess) as x on x.nth = pick(e, 63, ${hospitals})`,
  )
  await write(
    engine,
    dir,
    'lake/bndmr/DIAGNOSIS',
    `select i as row_id, ${registry} as person, cast(disease(i) as varchar) as ORPHA, cast(null as varchar) as ASSERTION, cast(null as date) as FIRST_SIGNS_DATE,
      cast(null as date) as FIRST_CONTACT_DATE, cast(null as date) as DIAGNOSIS_DATE from patient`,
  )
  await write(
    engine,
    dir,
    'trusted/matcher/identity/bndmr',
    `select 'L' || i as level1, ${nir} as nir, cast(null as varchar) as psa, ${registry} as person from patient`,
  )
  // Seen: a hospital contact that the registry tells of; met: one of them stands in the SNDS.
  await write(
    engine,
    dir,
    'truth',
    `select ${registry} as bndmr, name(i) as snds, coalesce(m.n, 0) > 0 as seen, coalesce(m.met, 0) > 0 as met, i % 60 < 2 as twin
    from patient left join (select i, count(*) as n, count(case when seen then 1 end) as met from registry_event group by i) as m using (i)
    where in_snds(i)`,
  )
}

/** A table of the lake has all its columns: those that the query does not give are null. */
async function write(
  engine: DuckDb,
  dir: string,
  place: string,
  query: string,
  of?: keyof typeof sndsTables,
): Promise<void> {
  const path = join(dir, `${place}.parquet`)
  await mkdir(dirname(path), { recursive: true })
  let whole = query
  if (of) {
    const given = new Set((await engine.describe(query)).map((column) => column.name))
    const columns = Object.entries(lakeTable(sndsTables[of] as SourceTable).columns)
    whole = `select ${columns.map(([name, type]) => `cast(${given.has(name) ? name : 'null'} as ${type}) as ${name}`).join(', ')} from (${query})`
  }
  const started = performance.now()
  const rows = await engine.writeParquet(whole, path)
  process.stderr.write(`${place}: ${rows} rows, ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
}
