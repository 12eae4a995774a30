import { day, makeDate, name, sql, type Step, step } from '../engine/index.ts'
import { cleaned, DEPRIVATION, IR_IMB_R, lakeTable } from '../sources/index.ts'
import { actsOf, drugsOf, linesOf, visitsOf } from './city-care.ts'
import { concepts } from './concepts.ts'
import { outpatientActs, outpatientVisits, stayActs, stayDiagnoses, stays } from './hospital-care.ts'
import { identities } from './identities.ts'
import { eventId, residence } from './inputs.ts'
import { mapping, tableOf, text } from './mapping.ts'
import { careSites, locations, providers } from './places.ts'
import { odyssey, registryContacts, registryDiagnoses } from './registry.ts'
import { cdmTables } from './spec/tables.ts'
import { conceptsOf, vocabularies } from './vocabulary.ts'

/** What a build must know beside the lake. */
export interface Setting {
  readonly synthetic: boolean
  /** The day of the hub: whose opposition holds, and the date of the release. */
  readonly today: string
  /** First and last day of the claims. */
  readonly window: { readonly from: string; readonly until: string }
}

const INVENTED = 'invented data / données inventées'

/**
 * The whole release as a graph of steps: intermediate ones that are written first because several tables read
 * them, then one step per table of the CDM.
 */
export function releaseSteps({ synthetic, today, window }: Setting) {
  const who = identities(today)
  const hospital = stays(who)
  const lines = linesOf(who)
  const visits = visitsOf(lines, hospital)
  const drugs = drugsOf(lines)
  const acts = actsOf(lines)
  const outpatient = outpatientVisits(who)
  const sites = careSites(hospital)
  const places = locations(who)
  const doctors = providers(visits)
  const diagnoses = registryDiagnoses(who)
  const contacts = registryContacts(who)

  const claim = concepts.TYPE_CLAIM
  const registry = concepts.TYPE_REGISTRY
  const T = cdmTables

  /* Persons */

  const placed = step('persons_placed', {
    reads: { i: who, l: places },
    gives: {
      person_id: 'bigint',
      gender: 'integer',
      year: 'integer',
      month: 'integer',
      location_id: 'bigint',
      key: 'varchar',
      sex: 'varchar',
    },
    sql: ({ i, l }) => sql`
      select ${i.person_id} as person_id,
        cast(case ${i.sex} when '1' then ${concepts.MALE} when '2' then ${concepts.FEMALE} else 0 end as integer) as gender,
        ${i.birth_year} as year, case when ${i.birth_month} between 1 and 12 then ${i.birth_month} end as month,
        ${l.location_id} as location_id, coalesce(${i.snds}, ${i.bndmr}) as key, ${i.sex} as sex
      from ${i} left join ${l} on ${l.commune} = ${i.commune}`,
  })
  const person = mapping('person_of_identities', T.person, placed, (p) => ({
    person_id: p.person_id,
    gender_concept_id: p.gender,
    year_of_birth: p.year,
    month_of_birth: p.month,
    race_concept_id: 0,
    ethnicity_concept_id: 0,
    location_id: p.location_id,
    person_source_value: text(26, p.key),
    gender_source_value: text(1, p.sex),
  }))

  /** Observed by the claims: the window, cut by birth and death. */
  const observed = step('observed', {
    reads: { i: who },
    gives: { person_id: 'bigint', from: 'date', until: 'date' },
    sql: ({ i }) => sql`
      select o.person_id, o.since as ${name('from')}, o.upto as until from (
        select ${i.person_id} as person_id,
          greatest(${day(window.from)}, coalesce(${makeDate(sql`${i.birth_year}`, sql`coalesce(${i.birth_month}, 1)`, sql`1`)}, ${day(window.from)})) as since,
          least(${day(window.until)}, coalesce(${i.death}, ${day(window.until)})) as upto
        from ${i} where ${i.snds} is not null
      ) as o where o.since <= o.upto`,
  })
  const observationPeriod = mapping('observation_period_of_claims', T.observation_period, observed, (o) => ({
    observation_period_id: o.person_id,
    person_id: o.person_id,
    observation_period_start_date: o.from,
    observation_period_end_date: o.until,
    period_type_concept_id: claim,
  }))

  const dead = step('dead', {
    reads: { i: who },
    gives: { person_id: 'bigint', death: 'date', type: 'integer' },
    sql: ({ i }) => sql`
      select ${i.person_id} as person_id, ${i.death} as death,
        cast(case when ${i.snds} is null then ${registry} else ${claim} end as integer) as type
      from ${i} where ${i.death} is not null`,
  })
  const death = mapping('death_of_identities', T.death, dead, (d) => ({
    person_id: d.person_id,
    death_date: d.death,
    death_type_concept_id: d.type,
  }))

  const insured = step('insured', {
    reads: { l: lines, o: observed },
    gives: { person_id: 'bigint', from: 'date', until: 'date', regime: 'varchar', c2s: 'varchar' },
    sql: ({ l, o }) => sql`
      select ${o.person_id} as person_id, min(${o.from}) as ${name('from')}, min(${o.until}) as until, min(${l.regime}) as regime,
        case when max(${l.c2s}) in ('1', '2', '3') then 'C2S' end as c2s
      from ${o} join ${l} on ${l.person_id} = ${o.person_id} group by ${o.person_id}`,
  })
  const payerPlanPeriod = mapping('payer_plan_period_of_claims', T.payer_plan_period, insured, (p) => ({
    payer_plan_period_id: p.person_id,
    person_id: p.person_id,
    payer_plan_period_start_date: p.from,
    payer_plan_period_end_date: p.until,
    payer_source_value: text(2, p.regime),
    plan_source_value: text(3, p.c2s),
  }))

  /* Visits */

  const cityVisits = step('city_visits', {
    reads: { v: visits, w: doctors, s: sites },
    gives: {
      first: 'bigint',
      person_id: 'bigint',
      concept: 'integer',
      source: 'integer',
      care: 'date',
      care_end: 'date',
      provider_id: 'bigint',
      care_site_id: 'bigint',
    },
    sql: ({ v, w, s }) => sql`
      select ${v.first} as first, ${v.person_id} as person_id,
        cast(case when ${v.site} <> '' then ${concepts.INPATIENT_VISIT} when ${v.pharmacy} then ${concepts.PHARMACY_VISIT} else ${concepts.OUTPATIENT_VISIT} end as integer) as concept,
        cast(case when ${v.site} <> '' then ${concepts.VISIT_MCO_PRIVATE} else ${concepts.VISIT_DCIR} end as integer) as source,
        ${v.care} as care, ${v.care_end} as care_end, ${w.provider_id} as provider_id, ${s.care_site_id} as care_site_id
      from ${v} left join ${w} on ${w.number} = ${v.executant}
        left join ${s} on ${s.kind} = 'hospital' and ${s.code} = ${v.site}
      where ${v.hospital_row} is null`,
  })
  const visitOfCity = mapping('visit_of_city_care', T.visit_occurrence, cityVisits, (v) => ({
    visit_occurrence_id: eventId(v.first, 0),
    person_id: v.person_id,
    visit_concept_id: v.concept,
    visit_start_date: v.care,
    visit_end_date: sql`greatest(${v.care}, ${v.care_end})`,
    visit_type_concept_id: claim,
    provider_id: v.provider_id,
    care_site_id: v.care_site_id,
    visit_source_value: 'DCIR',
    visit_source_concept_id: v.source,
  }))
  const stayed = step('stays_placed', {
    reads: { h: hospital, s: sites },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      entry: 'date',
      leaving: 'date',
      source: 'integer',
      care_site_id: 'bigint',
      key: 'varchar',
    },
    sql: ({ h, s }) => sql`
      select ${h.row_id} as row_id, ${h.person_id} as person_id, ${h.entry} as entry, greatest(${h.entry}, ${h.leaving}) as leaving,
        cast(case when ${h.valued} then ${concepts.VISIT_MCO} else ${concepts.VISIT_MCO_PRIVATE} end as integer) as source,
        ${s.care_site_id} as care_site_id, 'MCO ' || ${h.ETA_NUM} || ' ' || ${h.RSA_NUM} as key
      from ${h} left join ${s} on ${s.kind} = 'hospital' and ${s.code} = ${h.place}`,
  })
  const visitOfStay = mapping('visit_of_stay', T.visit_occurrence, stayed, (s) => ({
    visit_occurrence_id: eventId(s.row_id, 1),
    person_id: s.person_id,
    visit_concept_id: concepts.INPATIENT_VISIT,
    visit_start_date: s.entry,
    visit_end_date: s.leaving,
    visit_type_concept_id: claim,
    care_site_id: s.care_site_id,
    visit_source_value: text(24, s.key),
    visit_source_concept_id: s.source,
  }))
  const came = step('outpatient_placed', {
    reads: { v: outpatient, s: sites },
    gives: { row_id: 'bigint', person_id: 'bigint', care: 'date', care_site_id: 'bigint', key: 'varchar' },
    sql: ({ v, s }) => sql`
      select ${v.row_id} as row_id, ${v.person_id} as person_id, ${v.care} as care, ${s.care_site_id} as care_site_id,
        'ACE ' || ${v.ETA_NUM} || ' ' || ${v.SEQ_NUM} as key
      from ${v} left join ${s} on ${s.kind} = 'hospital' and ${s.code} = ${v.ETA_NUM}`,
  })
  const visitOfOutpatient = mapping('visit_of_outpatient_care', T.visit_occurrence, came, (v) => ({
    visit_occurrence_id: eventId(v.row_id, 2),
    person_id: v.person_id,
    visit_concept_id: concepts.OUTPATIENT_VISIT,
    visit_start_date: v.care,
    visit_end_date: v.care,
    visit_type_concept_id: claim,
    care_site_id: v.care_site_id,
    visit_source_value: text(24, v.key),
    visit_source_concept_id: concepts.VISIT_ACE,
  }))
  const seen = step('contacts_placed', {
    reads: { c: contacts, s: sites },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      care: 'date',
      care_site_id: 'bigint',
      concept: 'integer',
      kind: 'varchar',
    },
    sql: ({ c, s }) => sql`
      select ${c.row_id} as row_id, ${c.person_id} as person_id, ${c.care} as care, ${s.care_site_id} as care_site_id,
        cast(case when ${c.kind} like 'hospitalisation%' then ${concepts.INPATIENT_VISIT} else ${concepts.OUTPATIENT_VISIT} end as integer) as concept,
        'BNDMR ' || coalesce(${c.kind}, '') as kind
      from ${c} left join ${s} on ${s.kind} = 'centre' and ${s.code} = ${c.centre}`,
  })
  const visitOfRegistry = mapping('visit_of_registry', T.visit_occurrence, seen, (v) => ({
    visit_occurrence_id: eventId(v.row_id, 3),
    person_id: v.person_id,
    visit_concept_id: v.concept,
    visit_start_date: v.care,
    visit_end_date: v.care,
    visit_type_concept_id: registry,
    care_site_id: v.care_site_id,
    visit_source_value: text(30, v.kind),
    visit_source_concept_id: concepts.VISIT_BNDMR,
  }))

  /* Conditions */

  const ofStay = (mappingName: string, column: 'principal' | 'related', source: number, status: number) =>
    mapping(
      mappingName,
      T.condition_occurrence,
      step(`${mappingName}_rows`, {
        reads: { h: hospital },
        gives: {
          row: 'bigint',
          visit: 'bigint',
          person_id: 'bigint',
          entry: 'date',
          leaving: 'date',
          code: 'varchar',
        },
        sql: ({ h }) => sql`
          select ${h.stay_row} as row, ${h.row_id} as visit, ${h.person_id} as person_id, ${h.entry} as entry, ${h.leaving} as leaving, ${h[column]} as code
          from ${h} where ${h[column]} is not null`,
      }),
      (c) => ({
        condition_occurrence_id: eventId(c.row, source),
        person_id: c.person_id,
        condition_concept_id: 0,
        condition_start_date: c.entry,
        condition_end_date: c.leaving,
        condition_type_concept_id: claim,
        condition_status_concept_id: status,
        visit_occurrence_id: eventId(c.visit, 1),
        condition_source_value: text(6, c.code),
      }),
    )
  const secondary = mapping(
    'condition_of_secondary_diagnosis',
    T.condition_occurrence,
    stayDiagnoses(hospital),
    (c) => ({
      condition_occurrence_id: eventId(c.row_id, 2),
      person_id: c.person_id,
      condition_concept_id: 0,
      condition_start_date: c.entry,
      condition_end_date: c.leaving,
      condition_type_concept_id: claim,
      condition_status_concept_id: concepts.STATUS_SECONDARY,
      visit_occurrence_id: eventId(c.visit_row, 1),
      condition_source_value: text(6, c.code),
    }),
  )
  const longTerm = step('long_term_illnesses', {
    reads: { a: cleaned(IR_IMB_R, 'count'), i: who },
    gives: { row_id: 'bigint', person_id: 'bigint', begun: 'date', ended: 'date', code: 'varchar' },
    sql: ({ a, i }) => sql`
      select ${a.row_id} as row_id, ${i.person_id} as person_id, ${a.IMB_ALD_DTD} as begun, ${a.IMB_ALD_DTF} as ended,
        coalesce(${a.MED_MTF_COD}, 'ALD ' || ${a.IMB_ALD_NUM}) as code
      from ${a} join ${i} on ${i.snds} = ${a.person} where ${a.IMB_ALD_DTD} is not null`,
  })
  const ofLongTerm = mapping('condition_of_ald', T.condition_occurrence, longTerm, (c) => ({
    condition_occurrence_id: eventId(c.row_id, 3),
    person_id: c.person_id,
    condition_concept_id: 0,
    condition_start_date: c.begun,
    condition_end_date: c.ended,
    condition_type_concept_id: claim,
    condition_source_value: text(6, c.code),
    condition_status_source_value: 'ALD',
  }))
  const rare = step('rare_diagnoses', {
    reads: { d: diagnoses },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      orpha: 'integer',
      start: 'date',
      status: 'integer',
      assertion: 'varchar',
    },
    sql: ({ d }) => sql`
      select ${d.row_id} as row_id, ${d.person_id} as person_id, ${d.orpha} as orpha, ${d.start} as start,
        cast(case when ${d.assertion} = 'confirmé' and ${d.diagnosed} is not null then ${concepts.STATUS_CONFIRMED} else ${concepts.STATUS_PRELIMINARY} end as integer) as status,
        ${d.assertion} as assertion
      from ${d} where ${d.orpha} is not null and ${d.start} is not null`,
  })
  const ofRegistry = mapping('condition_of_registry', T.condition_occurrence, rare, (c) => ({
    condition_occurrence_id: eventId(c.row_id, 4),
    person_id: c.person_id,
    condition_concept_id: 0,
    condition_start_date: c.start,
    condition_type_concept_id: registry,
    condition_status_concept_id: c.status,
    condition_source_value: text(16, sql`'ORPHA:' || cast(${c.orpha} as varchar)`),
    condition_source_concept_id: sql`${concepts.ORPHA_BASE} + ${c.orpha}`,
    condition_status_source_value: text(20, c.assertion),
  }))

  /* Drugs and acts */

  const drugExposure = mapping('drug_of_pharmacy_line', T.drug_exposure, drugs, (d) => ({
    drug_exposure_id: eventId(d.row_id, 0),
    person_id: d.person_id,
    drug_concept_id: 0,
    drug_exposure_start_date: d.care,
    drug_exposure_end_date: d.care,
    drug_type_concept_id: claim,
    quantity: d.boxes,
    drug_source_value: text(13, d.cip13),
  }))
  const actOfCity = mapping('procedure_of_city_act', T.procedure_occurrence, acts, (a) => ({
    procedure_occurrence_id: eventId(a.row_id, 0),
    person_id: a.person_id,
    procedure_concept_id: 0,
    procedure_date: a.care,
    procedure_type_concept_id: claim,
    procedure_source_value: text(13, a.ccam),
  }))
  const actOfStay = mapping('procedure_of_stay', T.procedure_occurrence, stayActs(hospital), (a) => ({
    procedure_occurrence_id: eventId(a.row_id, 1),
    person_id: a.person_id,
    procedure_concept_id: 0,
    procedure_date: a.entry,
    procedure_type_concept_id: claim,
    quantity: a.times,
    visit_occurrence_id: eventId(a.visit_row, 1),
    procedure_source_value: text(13, a.ccam),
  }))
  const actOfOutpatient = mapping(
    'procedure_of_outpatient',
    T.procedure_occurrence,
    outpatientActs(outpatient),
    (a) => ({
      procedure_occurrence_id: eventId(a.row_id, 2),
      person_id: a.person_id,
      procedure_concept_id: 0,
      procedure_date: a.care,
      procedure_type_concept_id: claim,
      visit_occurrence_id: eventId(a.visit_row, 2),
      procedure_source_value: text(13, a.ccam),
    }),
  )

  /* Observations: few enough to be numbered in one row */

  const facts = step('facts', {
    reads: { o: odyssey(diagnoses), h: hospital, i: who, r: residence, q: lakeTable(DEPRIVATION) },
    gives: {
      n: 'bigint',
      person_id: 'bigint',
      concept: 'integer',
      day: 'date',
      type: 'integer',
      number: 'double',
      said: 'varchar',
      condition_id: 'bigint',
      visit_id: 'bigint',
    },
    sql: ({ o, h, i, r, q }) => sql`
      select row_number() over (order by f.person_id, f.concept, f.day, f.said, f.number, f.condition_id, f.visit_id) as n,
        f.person_id, f.concept, f.day, f.type, f.number, f.said, f.condition_id, f.visit_id
      from (
        select ${o.person_id} as person_id, ${o.concept} as concept, ${o.day} as day, cast(${registry} as integer) as type,
          cast(null as double) as number, ${o.said} as said, ${eventId(o.event_row, 4)} as condition_id, cast(null as bigint) as visit_id
        from ${o} where ${o.day} is not null
        union all
        select ${h.person_id}, cast(${concepts.GHM} as integer), ${h.entry}, cast(${claim} as integer), cast(null as double), ${h.ghm}, cast(null as bigint), ${eventId(h.row_id, 1)}
        from ${h} where ${h.ghm} is not null
        union all
        select ${i.person_id}, cast(${concepts.DEPRIVATION_QUINTILE} as integer), ${makeDate(sql`${q.YEAR}`, sql`1`, sql`1`)}, cast(${claim} as integer), cast(${q.QUINTILE} as double), cast(null as varchar), cast(null as bigint), cast(null as bigint)
        from ${i} join ${r} on ${r.person} = ${i.snds} join ${q} on ${q.COMMUNE} = ${r.commune}
        where ${q.YEAR} between ${Number(window.from.slice(0, 4))} and ${Number(window.until.slice(0, 4))}
          and ${makeDate(sql`${q.YEAR}`, sql`1`, sql`1`)} between ${r.from} and ${r.until}
        union all
        select ${i.person_id}, cast(${concepts.DEPRIVATION_QUINTILE} as integer), ${makeDate(sql`${q.YEAR}`, sql`1`, sql`1`)}, cast(${registry} as integer), cast(${q.QUINTILE} as double), cast(null as varchar), cast(null as bigint), cast(null as bigint)
        from ${i} join ${q} on ${q.COMMUNE} = ${i.commune}
        where ${i.snds} is null and ${q.YEAR} = ${Number(window.until.slice(0, 4))}
      ) as f`,
  })
  const observation = mapping('observation_of_facts', T.observation, facts, (f) => ({
    observation_id: f.n,
    person_id: f.person_id,
    observation_concept_id: f.concept,
    observation_date: f.day,
    observation_type_concept_id: f.type,
    value_as_number: f.number,
    value_as_string: text(20, f.said),
    visit_occurrence_id: f.visit_id,
    observation_event_id: f.condition_id,
    obs_event_field_concept_id: sql`case when ${f.condition_id} is not null then ${concepts.CONDITION_OCCURRENCE_ID} end`,
  }))

  /* Costs */

  const charge = { cost_type_concept_id: claim, currency_concept_id: concepts.EURO } as const
  const costOfDrug = mapping('cost_of_drug', T.cost, drugs, (d) => ({
    ...charge,
    cost_id: eventId(d.line, 0),
    cost_event_id: eventId(d.row_id, 0),
    cost_domain_id: 'Drug',
    total_charge: d.total,
    paid_by_payer: d.paid,
    revenue_code_concept_id: concepts.ITEM_PHARMACY,
  }))
  const costOfAct = mapping('cost_of_act', T.cost, acts, (a) => ({
    ...charge,
    cost_id: eventId(a.line, 1),
    cost_event_id: eventId(a.row_id, 0),
    cost_domain_id: 'Procedure',
    total_charge: a.total,
    paid_by_payer: a.paid,
    revenue_code_concept_id: concepts.ITEM_CITY_OTHER,
  }))
  const visitCost = (mappingName: string, part: 'fee' | 'other' | 'stay', source: number, item: number) =>
    mapping(
      mappingName,
      T.cost,
      step(`${mappingName}_rows`, {
        reads: { v: visits },
        gives: { first: 'bigint', event: 'bigint', paid: 'decimal(12,2)', total: 'decimal(12,2)' },
        sql: ({ v }) => sql`
          select ${v.first} as first,
            case when ${v.hospital_row} is not null then ${eventId(v.hospital_row, 1)} else ${eventId(v.first, 0)} end as event,
            ${v[part]} as paid, ${v[`${part}_total`]} as total
          from ${v} where ${v[part]} is not null`,
      }),
      (v) => ({
        ...charge,
        cost_id: eventId(v.first, source),
        cost_event_id: v.event,
        cost_domain_id: 'Visit',
        total_charge: v.total,
        paid_by_payer: v.paid,
        revenue_code_concept_id: item,
      }),
    )
  const valued = step('valued_stays', {
    reads: { h: hospital },
    gives: {
      value_row: 'bigint',
      row_id: 'bigint',
      amount: 'decimal(12,2)',
      base: 'decimal(12,2)',
      ghm: 'varchar',
    },
    sql: ({ h }) => sql`
      select ${h.value_row} as value_row, ${h.row_id} as row_id, ${h.amount} as amount, ${h.base} as base, ${h.ghm} as ghm
      from ${h} where ${h.valued}`,
  })
  const costOfStay = mapping('cost_of_public_stay', T.cost, valued, (s) => ({
    ...charge,
    cost_id: eventId(s.value_row, 5),
    cost_event_id: eventId(s.row_id, 1),
    cost_domain_id: 'Visit',
    total_charge: s.base,
    paid_by_payer: s.amount,
    revenue_code_concept_id: concepts.ITEM_PUBLIC_STAY,
    revenue_code_source_value: text(6, s.ghm),
  }))
  const charged = step('charged_outpatient', {
    reads: { v: outpatient },
    gives: { fee_row: 'bigint', row_id: 'bigint', paid: 'decimal(12,2)', total: 'decimal(12,2)' },
    sql: ({ v }) => sql`
      select ${v.fee_row} as fee_row, ${v.row_id} as row_id, ${v.paid} as paid, ${v.total} as total from ${v} where ${v.fee_row} is not null`,
  })
  const costOfOutpatient = mapping('cost_of_outpatient', T.cost, charged, (v) => ({
    ...charge,
    cost_id: eventId(v.fee_row, 6),
    cost_event_id: eventId(v.row_id, 2),
    cost_domain_id: 'Visit',
    total_charge: v.total,
    paid_by_payer: v.paid,
    revenue_code_concept_id: concepts.ITEM_HOSPITAL_OUTPATIENT,
  }))

  /* Places, providers, vocabulary */

  const location = mapping('location_of_communes', T.location, places, (l) => ({
    location_id: l.location_id,
    city: text(50, sql`substr(${l.name}, 1, 50)`),
    state: text(2, l.region),
    county: text(3, l.departement),
    location_source_value: text(5, l.commune),
  }))
  const sited = step('sites_placed', {
    reads: { s: sites, l: places },
    gives: {
      care_site_id: 'bigint',
      name: 'varchar',
      place: 'varchar',
      code: 'varchar',
      location_id: 'bigint',
    },
    sql: ({ s, l }) => sql`
      select ${s.care_site_id} as care_site_id, ${s.name} as name, coalesce(${s.place}, 'hospital') as place, ${s.code} as code, ${l.location_id} as location_id
      from ${s} left join ${l} on ${l.commune} = ${s.commune}`,
  })
  const careSite = mapping('care_site_of_sites', T.care_site, sited, (s) => ({
    care_site_id: s.care_site_id,
    care_site_name: text(120, s.name),
    location_id: s.location_id,
    care_site_source_value: text(20, s.code),
    place_of_service_source_value: text(16, s.place),
  }))
  const provider = mapping('provider_of_executants', T.provider, doctors, (p) => ({
    provider_id: p.provider_id,
    provider_source_value: text(8, p.number),
    specialty_source_value: text(2, p.specialty),
  }))
  const networked = step('networked', {
    reads: { c: sites, n: sites },
    gives: { centre: 'bigint', network: 'bigint' },
    sql: ({ c, n }) => sql`
      select ${c.care_site_id} as centre, ${n.care_site_id} as network
      from ${c} join ${n} on ${n.kind} = 'network' and ${n.code} = ${c.network} where ${c.kind} = 'centre'`,
  })
  const factRelationship = mapping('centre_of_network', T.fact_relationship, networked, (f) => ({
    domain_concept_id_1: concepts.CARE_SITE_DOMAIN,
    fact_id_1: f.centre,
    domain_concept_id_2: concepts.CARE_SITE_DOMAIN,
    fact_id_2: f.network,
    relationship_concept_id: concepts.PART_OF,
  }))
  const once = step('once', { reads: {}, gives: { one: 'integer' }, sql: () => sql`select 1 as one` })
  const cdmSource = mapping('cdm_source_of_hub', T.cdm_source, once, () => ({
    cdm_source_name: synthetic ? `SNDS and BNDMR: ${INVENTED}` : 'SNDS and BNDMR',
    cdm_source_abbreviation: synthetic ? 'INVENTED' : 'SNDS-BNDMR',
    cdm_holder: synthetic ? INVENTED : 'health data hub',
    source_description: synthetic
      ? `National claims and rare-disease registry of a country that does not exist: ${INVENTED}`
      : 'National claims (SNDS) and rare-disease registry (BNDMR), linked person by person',
    cdm_etl_reference: 'chainon',
    source_release_date: day(today),
    cdm_release_date: day(today),
    cdm_version: '5.4',
    cdm_version_concept_id: concepts.CDM_54,
    vocabulary_version: 'chainon 1',
  }))
  const concept = mapping('concept_of_project', T.concept, conceptsOf(diagnoses), (c) => ({
    concept_id: c.id,
    concept_name: text(255, c.name),
    domain_id: text(20, c.domain),
    vocabulary_id: text(20, c.vocabulary),
    concept_class_id: text(20, c.kind),
    standard_concept: text(1, sql`case when ${c.id} between 1 and 2000000000 then 'S' end`),
    concept_code: text(50, c.code),
    valid_start_date: day('1970-01-01'),
    valid_end_date: day('2099-12-31'),
  }))
  const vocabulary = mapping('vocabulary_of_project', T.vocabulary, vocabularies, (v) => ({
    vocabulary_id: text(20, v.id),
    vocabulary_name: text(255, v.name),
    vocabulary_reference: text(255, v.reference),
    vocabulary_concept_id: 0,
  }))

  return {
    who,
    /** Written first, in this order: several tables read them. */
    shared: {
      identities: who,
      mco_stays: hospital,
      dcir_lines: lines,
      dcir_visits: visits,
      ace_visits: outpatient,
    } as Readonly<Record<string, Step>>,
    tables: {
      person: tableOf(T.person, [person]),
      observation_period: tableOf(T.observation_period, [observationPeriod]),
      visit_occurrence: tableOf(T.visit_occurrence, [
        visitOfCity,
        visitOfStay,
        visitOfOutpatient,
        visitOfRegistry,
      ]),
      condition_occurrence: tableOf(T.condition_occurrence, [
        ofStay('condition_of_principal_diagnosis', 'principal', 0, concepts.STATUS_PRIMARY),
        ofStay('condition_of_related_diagnosis', 'related', 1, concepts.STATUS_SECONDARY),
        secondary,
        ofLongTerm,
        ofRegistry,
      ]),
      drug_exposure: tableOf(T.drug_exposure, [drugExposure]),
      procedure_occurrence: tableOf(T.procedure_occurrence, [actOfCity, actOfStay, actOfOutpatient]),
      observation: tableOf(T.observation, [observation]),
      payer_plan_period: tableOf(T.payer_plan_period, [payerPlanPeriod]),
      death: tableOf(T.death, [death]),
      cost: tableOf(T.cost, [
        costOfDrug,
        costOfAct,
        visitCost('cost_of_consultation', 'fee', 2, concepts.ITEM_CONSULTATION),
        visitCost('cost_of_other_city_care', 'other', 3, concepts.ITEM_CITY_OTHER),
        visitCost('cost_of_private_stay', 'stay', 4, concepts.ITEM_PRIVATE_STAY),
        costOfStay,
        costOfOutpatient,
      ]),
      location: tableOf(T.location, [location]),
      care_site: tableOf(T.care_site, [careSite]),
      provider: tableOf(T.provider, [provider]),
      fact_relationship: tableOf(T.fact_relationship, [factRelationship]),
      cdm_source: tableOf(T.cdm_source, [cdmSource]),
      concept: tableOf(T.concept, [concept]),
      vocabulary: tableOf(T.vocabulary, [vocabulary]),
    } as Readonly<Record<string, Step>>,
  }
}
