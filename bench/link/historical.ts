/*
 * Noisy records of invented people as old registers have them, one to nine of each: short forms of forenames, second
 * forenames, maiden names, towns by two names, moved homes, occupations in several words; and errors that come together,
 * because some records are poor in everything.
 */
import { writeFile } from 'node:fs/promises'
import { repeatedChance } from '../../src/base/index.ts'

const FORENAMES =
  'john william mary elizabeth george thomas margaret james charles anne henry sarah robert alice edward jane arthur ellen joseph emma walter florence samuel edith frederick harriet alfred martha richard hannah'.split(
    ' ',
  )
const SHORT: Record<string, string> = {
  william: 'bill',
  elizabeth: 'bessie',
  margaret: 'peggy',
  robert: 'bob',
  mary: 'polly',
  richard: 'dick',
  edward: 'ned',
  henry: 'harry',
}
const ENDS = 'ton son ley ham ford wood well er man field worth by'.split(' ')
const BEGINNINGS =
  'ash bar ben black brad brook bur car chat clif cole cros dal den dun ed ell fair far fen gar gil good gran hal har hart hol hud hurst jack kirk lan lang law lin lock long mar mel mil mor nor oak old par pem pres rad red rock ros rus sand sel shel stan sted stock sut tal thorn tur wal war wat wes whit win wood'.split(
    ' ',
  )
const OCCUPATIONS =
  'farmer,politician,writer,clergyman,army officer,painter,physician,lawyer,engineer,actor,naval officer,merchant,architect,botanist,composer'.split(
    ',',
  )
const RENAMED = 5

/** Writes `id`, `person` (the truth) and six columns to compare. */
export async function writeHistorical(persons: number, path: string, seed = 1): Promise<void> {
  const random = repeatedChance(seed)
  const of = (list: readonly string[], power = 1): string =>
    list[Math.floor(random() ** power * list.length)] as string
  const two = (n: number): string => String(n).padStart(2, '0')
  const towns = Array.from({ length: 120 }, () => `${of(BEGINNINGS)}${of(ENDS)}`)
  const typed = (text: string): string => {
    if (text.length < 4) return text
    const at = 1 + Math.floor(random() * (text.length - 2))
    const letter = String.fromCharCode(97 + Math.floor(random() * 26))
    return random() < 0.5
      ? text.slice(0, at) + letter + text.slice(at + 1)
      : text.slice(0, at) + text.slice(at + 1)
  }
  const postcode = (): string =>
    `${of(BEGINNINGS).slice(0, 2)}${1 + Math.floor(random() * 40)} ${1 + Math.floor(random() * 9)}${of(BEGINNINGS).slice(0, 2)}`
  const lines: string[] = []
  for (let person = 0; person < persons; person++) {
    const [forename, second, surname] = [
      of(FORENAMES, 1.5),
      of(FORENAMES),
      `${of(BEGINNINGS, 1.3)}${of(ENDS, 1.3)}`,
    ]
    const other = `${of(BEGINNINGS)}${of(ENDS)}`
    const [y, m, d] = [
      1800 + Math.floor(random() * 120),
      1 + Math.floor(random() * 12),
      1 + Math.floor(random() * 28),
    ]
    const town = Math.floor(random() ** 1.5 * towns.length)
    const [home, moved, work] = [postcode(), postcode(), of(OCCUPATIONS, 1.4)]
    const copies = 1 + Math.floor(random() ** 1.3 * 9)
    for (let copy = 0; copy < copies; copy++) {
      // Some records are poor in everything.
      const poor = random() < 0.2 ? 4 : 1
      const maybe = (share: number): boolean => random() < Math.min(0.75, share * poor)
      const first = maybe(0.08)
        ? (SHORT[forename] ?? forename)
        : maybe(0.06)
          ? `${forename} ${second}`
          : forename
      const name = maybe(0.03) ? other : surname
      const born = maybe(0.05)
        ? `${y}-01-01`
        : maybe(0.04)
          ? `${y + (random() < 0.5 ? 1 : -1)}-${two(m)}-${two(d)}`
          : maybe(0.04)
            ? `${y}-${two(m)}-${two(1 + Math.floor(random() * 28))}`
            : `${y}-${two(m)}-${two(d)}`
      const place =
        maybe(0.2) && town < RENAMED ? `old ${towns[(town + 60) % towns.length]}` : (towns[town] as string)
      lines.push(
        [
          lines.length,
          person,
          maybe(0.08) ? typed(first) : first,
          maybe(0.08) ? typed(name) : name,
          maybe(0.04) ? '' : born,
          maybe(0.07) ? '' : maybe(0.05) ? typed(place) : place,
          maybe(0.1) ? '' : maybe(0.12) ? moved : home,
          maybe(0.15) ? '' : maybe(0.1) ? of(OCCUPATIONS) : work,
        ].join(','),
      )
    }
  }
  await writeFile(
    path,
    `id,person,first_name,surname,dob,birth_place,postcode,occupation\n${lines.join('\n')}\n`,
  )
}
