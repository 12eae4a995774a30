import { nirText, producerPseudonym, psaText } from '../identity/index.ts'
import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/** Share of persons whose own NIR the SNDS knows (SpF example), and of those whose NIR is provisional. */
const NIR_KNOWN = { share: 0.66, provisional: 0.02 }
/** First parent's number under which a child stands: the father's in this share. */
const UNDER_FATHER = 0.4
/**
 * Two changes of BEN_NIR_PSA, set so that in three years 0.84 % of the persons have had two or more (SpF example),
 * a person being what the tables can tell apart, a BEN_IDT_ANO: yearly share of children who pass to the other parent's number, and share of young people who pass to their own
 * on their eighteenth birthday. The others keep the parent's, as students do. A number of one's own is a
 * certain one.
 */
const CHANGES = { ofParent: 0.0073, atEighteen: 0.147 }
/** Adults with a known NIR who are given a second rank under their number: 0.18 % of the persons (SpF, false twins). */
const FALSE_TWINS = 0.0036
/** Persons whose pseudonyms are held in this process at a time. */
const BATCH = 100_000

/**
 * The NIR of each person. Key and form are valid; the birthplace is 90 with a commune from 900 on, which was
 * never assigned (the département de Belfort ends at 110), so that nobody bears it.
 */
export async function layNirs({ engine }: Making): Promise<void> {
  await engine.run(`update person set nir = n.nir from (
    with numbered as (
      select person, sex, birth,
        row_number() over (partition by sex, year(birth) % 100, month(birth) order by person) - 1 k
      from person
    ), thirteen as (
      select person, sex || lpad((year(birth) % 100)::varchar, 2, '0') || lpad(month(birth)::varchar, 2, '0') || '90'
        || (900 + k // 999)::varchar || lpad((k % 999 + 1)::varchar, 3, '0') n
      from numbered
    )
    select person, n || lpad((97 - n::bigint % 97)::varchar, 2, '0') nir from thirteen
  ) n where n.person = person.person`)
}

/**
 * `insurance` (under whose number each person stands when) and `affiliation`, its pseudonymised form. Children
 * stand under a parent; twins of one sex therefore share BEN_NIR_PSA and differ by rank.
 */
export async function layAffiliations(making: Making, key: Uint8Array): Promise<void> {
  await layInsurance(making)
  await layPseudonyms(making, key)
  const { engine } = making
  await engine.run(`create or replace table affiliation as
    select i.person, i.from_date, i.until_date, i.insured, s.psa,
      dense_rank() over (partition by s.psa order by i.person, i.spell)::integer rng,
      case when i.known then s.nir_ano end nir_ano, case when i.provisional then '03' else '00' end cdi_nir
    from insurance i join pseudonym s on s.person = i.person and s.insured = i.insured
    order by i.person, i.from_date`)
  await engine.run(`update person set nir_ano_known = a.known, insured = a.insured
    from (select person, bool_or(known) known, max_by(insured, from_date) insured from insurance group by person) a
    where a.person = person.person`)
}

async function layInsurance({ engine, seed, window }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  const years = `date_diff('day', date '${window.from}', date '${window.until}') / 365.25`
  const pair = 'coalesce(p.twin, p.person)'
  const inWindow = (uniform: string): string =>
    `date '${window.from}' + floor(${uniform} * (date '${window.until}' - date '${window.from}'))::integer`
  await engine.run(`create or replace table insurance as
    with certain as (
      select *, ${u('own number', pair)} < ${CHANGES.atEighteen} and p.birth > date '${window.from}' - interval 18 year and p.birth <= date '${window.until}' - interval 18 year came_of_age,
        ${u('nir known', 'person')} < ${NIR_KNOWN.share} / (1 - ${NIR_KNOWN.provisional}) and ${u('nir known', 'person', 1)} >= ${NIR_KNOWN.provisional} known,
        ${u('nir known', 'person', 1)} < ${NIR_KNOWN.provisional} provisional
      from person p
    ), child as (
      select p.person, p.birth, coalesce(case when ${u('parents', pair)} < ${UNDER_FATHER} then q.father end, q.mother, q.father, p.person) first_parent,
        case when ${u('parents', pair)} < ${UNDER_FATHER} then q.mother else q.father end other_parent,
        case when ${u('own number', pair)} < ${CHANGES.atEighteen} then (p.birth + interval 18 year)::date else date '9999-12-31' end adult,
        ${u('parents', pair, 1)} < ${CHANGES.ofParent} * ${years} changes, ${inWindow(u('parents', pair, 2))} changed_on
      from certain p join parents q on q.person = p.person
    ), changing as (
      select *, changes and other_parent <> first_parent and changed_on > birth and changed_on < adult passes from child
    ), adult as (
      select p.person, p.birth, p.known and ${u('false twins', 'p.person')} < ${FALSE_TWINS} ranked_twice,
        ${inWindow(u('false twins', 'p.person', 1))} ranked_on
      from certain p anti join parents q on q.person = p.person
    ), spans as (
      select person, birth from_date, case when coalesce(passes, false) then changed_on else adult end until_date, first_parent insured, 0 spell from changing
      union all select person, changed_on, adult, other_parent, 0 from changing where passes
      union all select person, adult, date '9999-12-31', person, 0 from changing where adult < date '9999-12-31'
      union all select person, birth, case when ranked_twice then ranked_on else date '9999-12-31' end, person, 0 from adult
      union all select person, ranked_on, date '9999-12-31', person, 1 from adult where ranked_twice
    )
    select s.*, p.birth, p.sex, p.nir, i.nir insured_nir, p.known or p.came_of_age known, p.provisional and not p.came_of_age provisional
    from spans s join certain p on p.person = s.person join person i on i.person = s.insured
    where s.from_date < s.until_date and s.from_date <= coalesce(p.death, date '${window.until}')
    order by s.person, s.from_date`)
}

/** `pseudonym`: what the producer makes of a person's NIR and of each number that the person stood under. */
async function layPseudonyms({ engine, persons }: Making, key: Uint8Array): Promise<void> {
  await engine.run(
    'create or replace table pseudonym (person integer, insured integer, psa varchar, nir_ano varchar)',
  )
  for (let from = 1; from <= persons; from += BATCH) {
    const rows = await engine.rows<{
      person: number
      insured: number
      nir: string
      insured_nir: string
      birth: string
      sex: string
    }>(
      `select distinct person, insured, nir, insured_nir, strftime(birth, '%Y%m%d') birth, sex from insurance
       where person >= ${from} and person < ${from + BATCH} order by person, insured`,
    )
    await engine.load(
      'pseudonym_batch',
      { person: 'integer', insured: 'integer', psa: 'varchar', nir_ano: 'varchar' },
      rows.map((row) => [
        row.person,
        row.insured,
        producerPseudonym(key, psaText(row.insured_nir, row.birth, row.sex)),
        producerPseudonym(key, nirText(row.nir)),
      ]),
    )
    await engine.run('insert into pseudonym from pseudonym_batch')
  }
}
