/*
 * Two files of invented people for benchmarks of linkage: French forenames by their real order of frequency, surnames
 * made of syllables, births, places. Most persons of one file are in the other, with the errors that registers have.
 */
import { join } from 'node:path'
import type { DuckDb } from '../../src/engine/index.ts'

const FORENAMES =
  'marie jean pierre michel nathalie philippe isabelle alain patrick sylvie catherine martine françoise christophe nicolas christine daniel frédéric valérie laurent véronique julien sandrine stéphane david céline bernard sophie éric jacqueline jacques chantal thomas andré monique stéphanie sébastien claude virginie gérard jeanne olivier pascal dominique brigitte thierry alexandre aurélie nicole annie émilie anne denise christian maxime paul laurence caroline camille françois hélène guillaume marc vincent julie marcel robert roger louis rené antoine lucas léa emma chloé manon hugo théo nathan enzo mathis inès jade louise alice lina jules gabriel raphaël arthur adam léo noah ethan sacha gilles yves serge hervé bruno didier joël guy francis suzanne madeleine germaine yvonne simone renée paulette odette georgette ginette josette colette michèle danielle évelyne corinne pascale florence karine delphine élodie laetitia mélanie audrey anaïs marine pauline mathilde clara sarah charlotte lucie juliette romain quentin florian kévin jérémy anthony benjamin clément adrien valentin jérôme fabrice cédric arnaud mickaël ludovic xavier yann karim mohamed fatima aïcha samira nadia rachid ahmed ali omar yasmine jean-pierre jean-claude jean-luc marie-christine marie-claude anne-marie jean-marc jean-paul marie-thérèse'.split(
    ' ',
  )
const BEGINNINGS =
  'ber bou bon car cha che cla cor cou dan dau del des dom du fau fer fon gar gau ger gil gou gra gui hu jac jou la lam lan le lem lo mar mau men mo mon mou nor pas per pi poi pré ra ren ri ro rou sal sau se si tan thi tou val ver vi'.split(
    ' ',
  )
const MIDDLES = 'ba bi bo cha che de di do fa ga li lo ma mi na ni no pi ra ri ro ta ti to va vi'.split(' ')
const ENDS =
  'ard aud ault eau el er et eur ez gny ier in lle llet mont nier nnet nt on ot oux rd rel rin rot son tier ton ville vois y'.split(
    ' ',
  )

export interface People {
  readonly persons: number
  /** Share of the persons of the left file that are in the right one. */
  readonly overlap: number
  readonly seed: string
}

export interface Doubles {
  readonly records: number
  readonly seed: string
}

/**
 * Writes `people.parquet`, one file in which a person has 1 to 36 records, the median being 8: id, person (the truth), and six
 * columns to compare.
 */
export async function writeDoubles(engine: DuckDb, { records, seed }: Doubles, out: string): Promise<void> {
  const { truth, file } = country(seed)
  const copies = `1 + cast(floor(35 * pow(hash(concat(i, ' copies ${seed}')) / 18446744073709551616.0, 2.2)) as integer)`
  // As many on average.
  await engine.run(truth(Math.round(records / (1 + 35 / 3.2 - 0.5))))
  await engine.run(
    `create or replace table truth as select t.*, c.copy from truth as t, range(${copies}) as c(copy)`,
  )
  await engine.run(
    `copy (${file("concat('copy ', copy)", 1)} order by 1) to '${join(out, 'people.parquet')}' (format parquet)`,
  )
  await engine.run('drop table truth')
}

/** Writes `left.parquet` and `right.parquet`: id, person (the truth), and six columns to compare. */
export async function writePeople(
  engine: DuckDb,
  { persons, overlap, seed }: People,
  out: string,
): Promise<void> {
  const { truth, file } = country(seed)
  const both = [
    ['left', 1, `i < ${persons}`],
    ['right', 1.6, `i >= ${Math.round(persons * (1 - overlap))}`],
  ] as const
  await engine.run(truth(Math.ceil(persons * (2 - overlap))))
  for (const [name, noise, where] of both)
    await engine.run(
      `copy (${file(`'${name}'`, noise, where)} order by 1) to '${join(out, `${name}.parquet`)}' (format parquet)`,
    )
  await engine.run('drop table truth')
}

/** SQL of invented persons, and of their records. */
function country(seed: string): {
  readonly truth: (persons: number) => string
  readonly file: (of: string, noise: number, where?: string) => string
} {
  /** A number in [0, 1) of a person, a file and what it is for. */
  const draw = (what: string, of = "'both'"): string =>
    `(hash(concat(i, ' ', ${of}, ' ${what} ${seed}')) / 18446744073709551616.0)`
  const list = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`
  const pick = (words: string, share: string, n: number): string =>
    `${words}[1 + cast(floor(${share} * ${n}) as integer)]`
  // The more frequent come first; the power gives the few frequent ones their share.
  const zipf = (share: string, n: number, power: number): string =>
    `cast(floor(pow(${share}, ${power}) * ${n}) as bigint)`
  const surname = (key: string): string => {
    const part = (words: readonly string[], at: number): string =>
      `${list(words)}[1 + cast(hash(concat(${key}, ' ', ${at})) % ${words.length} as integer)]`
    return `${part(BEGINNINGS, 1)} || case when hash(concat(${key}, ' 4')) % 3 > 0 then ${part(MIDDLES, 2)} else '' end || ${part(ENDS, 3)}`
  }
  const truth = (persons: number): string => `create or replace table truth as
    select i, ${pick(list(FORENAMES), `pow(${draw('forename')}, 1.7)`, FORENAMES.length)} as forename,
      ${surname(zipf(draw('surname'), 120_000, 2.2))} as surname,
      ${surname(zipf(draw('other surname'), 120_000, 2.2))} as other_surname,
      date '1930-01-01' + cast(floor(${draw('birth')} * 33000) as integer) as birth,
      ${zipf(draw('birthplace'), 8000, 2)} as birthplace, ${zipf(draw('place'), 6000, 1.6)} as place,
      ${zipf(draw('other place'), 6000, 1.6)} as other_place, cast(floor(${draw('sex')} * 2) + 1 as integer) as sex
    from range(${persons}) as r(i)`
  /** The records of those who are in a file. `of` is SQL that names the file. */
  const file = (of: string, noise: number, where = 'true'): string => {
    const chance = (what: string): string => draw(what, of)
    const at = (text: string, what: string): string =>
      `(2 + cast(floor(${chance(what)} * (length(${text}) - 2)) as integer))`
    const letter = `chr(97 + cast(floor(${chance('letter')} * 26) as integer))`
    const typed = (text: string, what: string): string => {
      const p = at(text, `${what} at`)
      const wrong = `case cast(floor(${chance(`${what} how`)} * 3) as integer)
        when 0 then substr(${text}, 1, ${p} - 1) || ${letter} || substr(${text}, ${p} + 1)
        when 1 then substr(${text}, 1, ${p} - 1) || substr(${text}, ${p} + 1)
        else substr(${text}, 1, ${p} - 1) || substr(${text}, ${p} + 1, 1) || substr(${text}, ${p}, 1) || substr(${text}, ${p} + 2) end`
      return `case when length(${text}) > 3 and ${chance(what)} < ${0.05 * noise} then ${wrong} else ${text} end`
    }
    const birth = `case when ${chance('birth typed')} < ${0.015 * noise} and day(birth) <= 12 then make_date(year(birth), day(birth), month(birth))
      when ${chance('birth off')} < ${0.015 * noise} then birth + cast(1 + floor(${chance('birth by')} * 9) as integer) else birth end`
    const missing = (value: string, what: string, share: number): string =>
      `case when ${chance(`${what} missing`)} < ${share * noise} then null else ${value} end`
    const named = `select *, ${typed('forename', 'forename typed')} as f,
      ${typed(`(case when sex = 2 and ${chance('married')} < ${0.03 * noise} then other_surname else surname end)`, 'surname typed')} as s,
      ${chance('swapped')} < ${0.006 * noise} as swapped from truth`
    return `select cast(row_number() over (order by hash(concat(i, ${of}))) as varchar) as id, i as person,
      ${missing('case when swapped then s else f end', 'forename', 0.01)} as forename,
      ${missing('case when swapped then f else s end', 'surname', 0.005)} as surname,
      cast(${missing(birth, 'birth', 0.01)} as varchar) as birth_date, cast(sex as varchar) as sex,
      ${missing(`lpad(cast(1000 + 11 * birthplace as varchar), 5, '0')`, 'birthplace', 0.06)} as birthplace,
      ${missing(`lpad(cast(1000 + 15 * (case when ${chance('moved')} < ${0.1 * noise} then other_place else place end) as varchar), 5, '0')`, 'postcode', 0.03)} as postcode
    from (${named}) as named where ${where}`
  }
  return { truth, file }
}
