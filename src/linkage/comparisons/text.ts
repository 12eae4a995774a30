import { lettersOf } from './letters.ts'
import type { Comparison, Feature, Frequency, Level } from './model.ts'
import { placesOf, surelyFurther } from './places.ts'
import { codeOf, equal, left, literal, missing, plainText, quoted, right } from './words.ts'

/** The column in plain small letters, as all text comparisons read it. */
export const plainOf = (column: string): Feature => ({
  name: `${column} (plain)`,
  type: 'varchar',
  sql: plainText(column),
})

export const frequencyOf = (feature: string, wanted: boolean | undefined): { frequency?: Frequency } =>
  wanted ? { frequency: { feature, weight: 1, least: 0, same: true } } : {}

/** Whole texts. Other comparisons of a text add levels between the same and different. */
export function exact(column: string, name: string, termFrequency?: boolean): Comparison {
  const plain = plainOf(column)
  return {
    name,
    features: [plain],
    value: plain.name,
    by: codeOf(plain.name),
    unknown: missing(codeOf(plain.name)),
    levels: [
      { label: 'the same', when: equal(codeOf(plain.name)), ...frequencyOf(plain.name, termFrequency) },
    ],
    otherwise: { label: 'different' },
    columns: [column],
  }
}

/** Levels for a measure that is at least so much, best first. */
const atLeast = (of: readonly number[], what: string): Level[] =>
  [...of]
    .sort((a, b) => b - a)
    .map((least) => ({ label: `${what} ≥ ${least}`, when: (measure: string) => `${measure} >= ${least}` }))

const measured =
  (measureOf: (feature: string, least: number) => string, what: string, usual: readonly number[]) =>
  (
    column: string,
    name: string,
    likeness: readonly number[] = usual,
    termFrequency?: boolean,
  ): Comparison => {
    const whole = exact(column, name, termFrequency)
    return {
      ...whole,
      measure: measureOf(plainOf(column).name, Math.min(...likeness)),
      levels: [...whole.levels, ...atLeast(likeness, what)],
    }
  }

/** @param least what is less alike is 0, and found to be so sooner */
export const jaroWinkler = (feature: string, least: number): string =>
  `jaro_winkler_similarity(${left(feature)}, ${right(feature)}, ${least})`

/** Jaro-Winkler likeness of short texts. */
export function text(
  column: string,
  name: string,
  likeness: readonly number[] = [0.92, 0.8],
  termFrequency?: boolean,
): Comparison {
  const letters = lettersOf(plainOf(column))
  const one = measured(jaroWinkler, 'Jaro-Winkler', likeness)(column, name, likeness, termFrequency)
  return {
    ...one,
    features: [...one.features, letters],
    surelyNone: { letters: letters.name, least: Math.min(...likeness) },
  }
}

/** Shared characters over all characters (DuckDB’s Jaccard). */
export const jaccard = measured(
  (feature) => `jaccard(${left(feature)}, ${right(feature)})`,
  'Jaccard',
  [0.9, 0.7],
)

/** Edit distance: Levenshtein, or Damerau-Levenshtein where a transposition counts once. */
export function edits(
  column: string,
  name: string,
  most: readonly number[] = [1, 2],
  transpositions = false,
  termFrequency?: boolean,
): Comparison {
  const plain = plainOf(column)
  const [l, r] = [left(plain.name), right(plain.name)]
  const levenshtein = `levenshtein(${l}, ${r})`
  const furthest = Math.max(...most)
  // A transposition is two edits of Levenshtein, which is told much faster: what that puts far away is far away.
  const far = 2 * furthest + 1
  const distance = transpositions
    ? `case when ${levenshtein} < ${far} then damerau_levenshtein(${l}, ${r}) else ${far} end`
    : levenshtein
  const places = placesOf(plain)
  const surely = surelyFurther(plain.name, places.name, furthest, transpositions)
  const whole = exact(column, name, termFrequency)
  return {
    ...whole,
    features: [...whole.features, places],
    measure: `case when ${surely} then ${far} else ${distance} end`,
    levels: [
      ...whole.levels,
      ...[...most]
        .sort((a, b) => a - b)
        .map((n) => ({
          label: `${n} ${n === 1 ? 'edit' : 'edits'} or fewer`,
          when: (measure: string) => `${measure} <= ${n}`,
        })),
    ],
  }
}

/**
 * A postcode. Its beginning is of a district: what stands before the space (British, Canadian, Dutch), or the first three
 * of five figures; and of a region: the letters at its head, or the first two figures (a French département).
 */
export function postcode(column: string, name: string, termFrequency = true): Comparison {
  const written = `upper(trim(cast(${quoted(column)} as varchar)))`
  const part = (what: string, sql: string): Feature => ({
    name: `${column} (${what})`,
    type: 'varchar',
    sql: `nullif(${sql}, '')`,
  })
  const district = part(
    'district',
    `case when contains(${written}, ' ') then split_part(${written}, ' ', 1) else substr(${written}, 1, 3) end`,
  )
  const region = part(
    'region',
    `coalesce(nullif(regexp_extract(${written}, '^[A-Z]+'), ''), substr(${written}, 1, 2))`,
  )
  const one = edits(column, name, [1], true, termFrequency)
  const same = (what: string, { name: feature }: Feature): Level => ({
    label: `the same ${what}`,
    when: () => equal(codeOf(feature)),
  })
  return {
    ...one,
    features: [...one.features, district, region],
    levels: [...one.levels, same('district', district), same('region', region)],
  }
}

/** Words, or elements of a list: how many of the shorter are in the longer. */
export function tokens(column: string, name: string, likeness: readonly number[] = [1, 0.5]): Comparison {
  const feature: Feature = {
    name: `${column} (words)`,
    type: 'varchar[]',
    sql: `list_sort(list_distinct(string_split(${plainText(column)}, ' ')))`,
  }
  const [l, r] = [left(feature.name), right(feature.name)]
  return {
    name,
    features: [feature],
    unknown: missing(feature.name),
    measure: `len(list_intersect(${l}, ${r})) / least(len(${l}), len(${r}))`,
    levels: [
      { label: 'the same words', when: `${l} = ${r}` },
      ...[...likeness]
        .sort((a, b) => b - a)
        .map((least) => ({
          label: least === 1 ? 'all words of the shorter' : `${least} of the words of the shorter`,
          when: (measure: string) => `${measure} >= ${least}`,
        })),
      { label: 'a word', when: (measure) => `${measure} > 0` },
    ],
    otherwise: { label: 'no word' },
    columns: [column],
  }
}

/** A code. `near` lists pairs of codes that are often taken for each other. */
export function category(
  column: string,
  name: string,
  near: readonly (readonly [string, string])[] = [],
  termFrequency?: boolean,
): Comparison {
  const whole = exact(column, name, termFrequency)
  if (near.length === 0) return whole
  const plain = plainOf(column).name
  const pairs = near.flatMap(([a, b]) => [`${a}|${b}`, `${b}|${a}`]).map(asPlain)
  return {
    ...whole,
    levels: [
      ...whole.levels,
      {
        label: 'often confused',
        when: `${left(plain)} || '|' || ${right(plain)} in (${pairs.map(literal).join(', ')})`,
      },
    ],
  }
}

/** As `plainText` makes it of each side. */
const asPlain = (pair: string): string =>
  pair
    .split('|')
    .map((side) =>
      side
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .replace(/[^a-z0-9]+/g, ' ')
        .trim(),
    )
    .join('|')

/** Whole address, what stands before the @, nearly that, and the domain. */
export function email(column: string, name: string, termFrequency?: boolean): Comparison {
  const address = `nullif(trim(lower(cast(${quoted(column)} as varchar))), '')`
  const whole: Feature = { name: `${column} (address)`, type: 'varchar', sql: address }
  const user: Feature = {
    name: `${column} (user)`,
    type: 'varchar',
    sql: `nullif(split_part(${address}, '@', 1), '')`,
  }
  const domain: Feature = {
    name: `${column} (domain)`,
    type: 'varchar',
    sql: `nullif(split_part(${address}, '@', 2), '')`,
  }
  return {
    name,
    features: [whole, user, domain],
    unknown: missing(codeOf(whole.name)),
    measure: jaroWinkler(user.name, 0.88),
    levels: [
      { label: 'the same', when: equal(codeOf(whole.name)), ...frequencyOf(whole.name, termFrequency) },
      { label: 'the same user', when: equal(codeOf(user.name)) },
      {
        label: 'nearly the same user and the domain',
        when: (measure) => `${measure} >= 0.88 and ${equal(codeOf(domain.name))}`,
      },
      { label: 'nearly the same user', when: (measure) => `${measure} >= 0.88` },
      { label: 'the same domain', when: equal(codeOf(domain.name)) },
    ],
    otherwise: { label: 'different' },
    columns: [column],
  }
}
