import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repeatedChance } from '../base/index.ts'
import type { LinkageModel } from './model.ts'

/** A record of an invented person, and which person it is of. */
export interface Person {
  readonly person: number
  readonly forename: string
  readonly surname: string
  readonly born: string
  readonly town: string
}

const FORENAMES =
  'marie jean camille louis jeanne paul claire jules emma hugo lea adam alice noe rose gabriel'.split(' ')
const SURNAMES =
  'martin bernard dubois thomas robert richard petit durand leroy moreau simon laurent lefebvre michel garcia david bertrand roux vincent fournier morel girard andre mercier dupont lambert bonnet francois martinez legrand'.split(
    ' ',
  )
const TOWNS = 'lyon paris lille brest nantes rennes metz nancy tours dijon'.split(' ')

/** Records of so many persons, one to four of each, with errors of keying. */
export function people(persons: number, seed = 1): Person[] {
  const random = repeatedChance(seed)
  const of = (list: readonly string[]): string => list[Math.floor(random() * list.length)] as string
  const typed = (text: string): string => {
    if (random() > 0.15) return text
    const at = 1 + Math.floor(random() * (text.length - 2))
    return text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2)
  }
  const two = (n: number): string => String(n).padStart(2, '0')
  const records: Person[] = []
  for (let person = 0; person < persons; person++) {
    const [forename, surname, town] = [of(FORENAMES), of(SURNAMES), of(TOWNS)]
    const [y, m, d] = [
      1930 + Math.floor(random() * 80),
      1 + Math.floor(random() * 12),
      1 + Math.floor(random() * 28),
    ]
    const copies = 1 + Math.floor(random() * 4)
    for (let copy = 0; copy < copies; copy++) {
      const swapped = random() < 0.03
      const names = [typed(forename), typed(surname)] as const
      records.push({
        person,
        forename: swapped ? names[1] : names[0],
        surname: swapped ? names[0] : names[1],
        born: `${y}-${two(m)}-${two(random() < 0.07 ? 1 + Math.floor(random() * 28) : d)}`,
        town: random() < 0.1 ? '' : typed(town),
      })
    }
  }
  return records
}

/** Writes records as CSV, numbered as `ids` says. */
export async function csvOf(
  records: readonly Person[],
  ids: readonly number[] = records.map((_, at) => at),
): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'chainon-people-')), 'people.csv')
  const lines = records.map((one, at) => [ids[at], one.forename, one.surname, one.born, one.town].join(','))
  await writeFile(path, `number,forename,surname,born,town\n${lines.join('\n')}\n`)
  return path
}

/** Precision, recall and F1 of the pairs of a clustering. */
export function pairwise(
  clusters: readonly number[],
  truth: readonly number[],
): { precision: number; recall: number; f1: number } {
  let [right, wrong, missed] = [0, 0, 0]
  for (let i = 0; i < truth.length; i++)
    for (let j = i + 1; j < truth.length; j++) {
      const together = clusters[i] === clusters[j]
      const really = truth[i] === truth[j]
      if (together && really) right++
      else if (together) wrong++
      else if (really) missed++
    }
  return {
    precision: right / Math.max(1, right + wrong),
    recall: right / Math.max(1, right + missed),
    f1: (2 * right) / Math.max(1, 2 * right + wrong + missed),
  }
}

/** A model for them: names, birth and town, by rules that miss different errors. */
export const PEOPLE_MODEL: LinkageModel = {
  linkage: 1,
  type: 'dedupe',
  id: 'number',
  comparisons: [
    { compare: 'names', forename: 'forename', surname: 'surname' },
    { compare: 'birth-date', column: 'born' },
    { compare: 'text', column: 'town', termFrequency: true },
  ],
  blocking: [
    ['born'],
    ['forename', 'surname'],
    ['surname', 'substr(born, 1, 4)'],
    ['forename', 'substr(born, 1, 4)'],
  ],
  prior: { certain: [['forename', 'surname', 'born']], recall: 0.5 },
  training: { sessions: [['born'], ['forename', 'surname']] },
}
