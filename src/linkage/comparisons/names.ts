import { lettersOf } from './letters.ts'
import type { Comparison, Feature, Level } from './model.ts'
import { exact, jaroWinkler, plainOf } from './text.ts'
import { codeOf, equal, left, right, VALUE } from './words.ts'

const USUAL = [0.92, 0.8] as const

/**
 * How a name sounds in French: the four letters of Soundex 2 (Frédéric Brouard's description of the code of the French
 * archives): hard c, g and q are one, silent ends are dropped, and only the first vowel counts.
 */
export function soundOf(column: string): Feature {
  const rules: readonly (readonly [string, string])[] = [
    [' ', ''],
    ['gui', 'ki'],
    ['gue', 'ke'],
    ['ga', 'ka'],
    ['go', 'ko'],
    ['gu', 'k'],
    ['ca', 'ka'],
    ['co', 'ko'],
    ['cu', 'ku'],
    ['q', 'k'],
    ['cc', 'k'],
    ['ck', 'k'],
    ['^asa', 'aza'],
    ['^kn', 'n'],
    ['^pf', 'f'],
    ['^sch', 's'],
    ['ph', 'f'],
    ['([^cs])h', '\\1'],
    ['([^a])y', '\\1'],
    ['[adts]+$', ''],
  ]
  const spoken = rules.reduce((text, [from, to]) => `regexp_replace(${text}, '${from}', '${to}', 'g')`, VALUE)
  const skeleton = `substr(${spoken}, 1, 1) || regexp_replace(substr(${spoken}, 2), '[aeiou]', '', 'g')`
  // RE2 knows no back reference: doubled letters are told one by one.
  const once = 'bcdfghjklmnpqrstvwxz'
    .split('')
    .reduce((text, letter) => `regexp_replace(${text}, '${letter}${letter}+', '${letter}', 'g')`, skeleton)
  return {
    name: `${column} (sound)`,
    type: 'varchar',
    of: plainOf(column).name,
    sql: `nullif(substr(${once}, 1, 4), '')`,
  }
}

/** Levels of a name between the same and different. */
function nearly(plain: string, sound: string, likeness: readonly number[]): Level[] {
  const [l, r] = [left(plain), right(plain)]
  const [best, ...others] = [...likeness].sort((a, b) => b - a) as [number, ...number[]]
  const like = (least: number): Level => ({
    label: `Jaro-Winkler ≥ ${least}`,
    when: (measure: string) => `${measure} >= ${least}`,
  })
  return [
    {
      label: 'an initial of it',
      // Told late, as the measure is: few pairs have it, and every other pair would pay for it.
      when: () => `(length(${l}) = 1 or length(${r}) = 1) and substr(${l}, 1, 1) = substr(${r}, 1, 1)`,
    },
    {
      label: 'one word of it',
      when: () =>
        `(contains(${l}, ' ') and contains(' ' || ${l} || ' ', ' ' || ${r} || ' ')) or (contains(${r}, ' ') and contains(' ' || ${r} || ' ', ' ' || ${l} || ' '))`,
    },
    like(best),
    { label: 'sounds the same', when: equal(codeOf(sound)) },
    ...others.map(like),
  ]
}

/** A forename or a surname. */
export function personName(
  column: string,
  name: string,
  likeness: readonly number[] = USUAL,
  termFrequency = true,
): Comparison {
  const plain = plainOf(column)
  const sound = soundOf(column)
  const letters = lettersOf(plain)
  const same = exact(column, name, termFrequency)
  return {
    ...same,
    features: [plain, sound, letters],
    // Neither an initial, nor several words, nor the same sound.
    surelyNone: {
      letters: letters.name,
      least: Math.min(...likeness),
      words: true,
      differ: [[codeOf(sound.name), codeOf(sound.name)]],
    },
    measure: jaroWinkler(plain.name, Math.min(...likeness)),
    levels: [...same.levels, ...nearly(plain.name, sound.name, likeness)],
  }
}

const nearlySame = (a: string, b: string): string =>
  `coalesce(jaro_winkler_similarity(${a}, ${b}, 0.92) >= 0.92, false)`

/**
 * Forename and surname, two comparisons. Where one record has them the wrong way round the forename says so and the
 * surname says nothing: a swap is paid for once. One of the two is the same letter by letter, the other nearly. A record
 * with one name alone may have it in either column: it is compared with the other's forename and with its surname.
 */
export function names(
  forename: string,
  surname: string,
  likeness?: readonly number[],
  termFrequency?: boolean,
): readonly [Comparison, Comparison] {
  const first = personName(forename, forename, likeness, termFrequency)
  const last = personName(surname, surname, likeness, termFrequency)
  const [f, s] = [plainOf(forename).name, plainOf(surname).name]
  const crosswise = (a: string, b: string): string => `${left(codeOf(a))} = ${right(codeOf(b))}`
  const alike = (a: string, b: string): string =>
    `jaro_winkler_similarity(${left(a)}, ${right(b)}, 0.85) >= 0.85`
  const apart = `not (${equal(codeOf(f))} or ${equal(codeOf(s))})`
  const perhaps = `(${apart} and (${crosswise(f, s)} or ${crosswise(s, f)}))`
  /** The only name of one record is nearly the other's in the other column. */
  const alone = (own: string, other: string): string =>
    `((${left(codeOf(other))} is null and ${nearlySame(left(own), right(other))}) or (${right(codeOf(other))} is null and ${nearlySame(right(own), left(other))}))`
  /** Nothing crosswise, and neither record with one name alone. */
  const unlike = (of: Comparison): Partial<Comparison> =>
    of.surelyNone
      ? {
          surelyNone: {
            ...of.surelyNone,
            differ: [...(of.surelyNone.differ ?? []), [codeOf(f), codeOf(s)], [codeOf(s), codeOf(f)]],
            known: [codeOf(f), codeOf(s)],
          },
        }
      : {}
  const swapped = `(${apart} and case when ${crosswise(f, s)} then ${alike(s, f)} when ${crosswise(s, f)} then ${alike(f, s)} else false end)`
  return [
    {
      ...first,
      ...unlike(first),
      features: [...first.features, ...last.features],
      levels: [
        first.levels[0] as Level,
        { label: 'the wrong way round with the surname', when: () => `coalesce(${swapped}, false)` },
        { label: 'alone, and the surname of the other', when: () => alone(f, s) },
        ...first.levels.slice(1),
      ],
    },
    {
      ...last,
      ...unlike(last),
      features: [...last.features, ...first.features],
      levels: [
        last.levels[0] as Level,
        { label: 'alone, and the forename of the other', when: () => alone(s, f) },
        ...last.levels.slice(1),
      ],
      unknownLate: { perhaps, when: `coalesce(${swapped}, false)` },
      columns: [surname],
    },
  ]
}
