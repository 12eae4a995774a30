import { type Agreement, kappaOf } from './kappa.ts'
import type { Answer, Label, RecordId } from './labels.ts'
import type { Sample, SampledPair } from './sample.ts'
import { isDisputed, settle, type Settled } from './settle.ts'

/** Who reads: one of the readers, each of whom reads every pair without seeing the others' answers, or the third. */
export interface Reading {
  readonly reader: string
  /** Decides the pairs on which the readers disagree. */
  readonly third: boolean
}

/** Where a reader stands. Pairs are told by their place in the sample. */
export interface Standing {
  /** To be read by this reader in all: their places. */
  readonly queue: readonly number[]
  readonly answered: number
  /** The pair to be read now; none when all are. */
  readonly current: number | undefined
  /** The pair that this reader answered last, and may take back: not any more when the readers are compared. */
  readonly last: number | undefined
  readonly byAnswer: Readonly<Record<Answer, number>>
  /** What the readers come to together: shown to whoever cannot be led by it any more. */
  readonly together: Together | undefined
}

export interface Together {
  readonly readers: readonly { readonly reader: string; readonly answered: number }[]
  readonly agreements: readonly (Agreement & { readonly between: readonly [string, string] })[]
  /** On which two readers disagree, and what the third decided, where it did. */
  readonly disputed: readonly {
    readonly pair: number
    readonly answers: readonly (readonly [reader: string, Answer])[]
    readonly third: Answer | undefined
  }[]
}

/** Where a reader stands after all answers. @param after the place behind which the next pair is looked for */
export function standing(
  { pairs }: Sample,
  labels: readonly Label[],
  { reader, third }: Reading,
  after = -1,
): Standing {
  const at = new Map(pairs.map((one, place) => [keyOf(one), place]))
  const settled = settle(labels, keyOf)
  const of = pairs.map((one) => settled.get(keyOf(one)))
  const queue = pairs.flatMap((_, place) => (!third || isDisputed(of[place]?.answers ?? NONE) ? [place] : []))
  const mine = (place: number): Answer | undefined =>
    third ? of[place]?.third : of[place]?.answers.get(reader)
  const left = queue.filter((place) => mine(place) === undefined)
  const said = queue.map(mine)
  const last = labels.findLast(
    (one) =>
      one.reader === reader &&
      (one.third ?? false) === third &&
      one.label !== 'undone' &&
      mine(at.get(keyOf(one)) ?? -1) === one.label,
  )
  const isCompared = third || left.length === 0
  return {
    queue,
    answered: queue.length - left.length,
    current: left.find((place) => place > after) ?? left[0],
    last: last === undefined || (isCompared && !third) ? undefined : at.get(keyOf(last)),
    byAnswer: {
      match: said.filter((one) => one === 'match').length,
      'no match': said.filter((one) => one === 'no match').length,
      unsure: said.filter((one) => one === 'unsure').length,
    },
    together: isCompared ? togetherOf(of) : undefined,
  }
}

const NONE: Settled['answers'] = new Map()

/** What all readers come to, pair by pair of the sample. */
export const together = ({ pairs }: Sample, labels: readonly Label[]): Together => {
  const settled = settle(labels, keyOf)
  return togetherOf(pairs.map((one) => settled.get(keyOf(one))))
}

function togetherOf(of: readonly (Settled | undefined)[]): Together {
  const readers = new Map<string, number>()
  for (const one of of)
    for (const reader of one?.answers.keys() ?? []) readers.set(reader, (readers.get(reader) ?? 0) + 1)
  return {
    readers: [...readers].map(([reader, answered]) => ({ reader, answered })),
    agreements: agreementsOf(of.filter((one) => one !== undefined)),
    disputed: of.flatMap((one, pair) =>
      one && isDisputed(one.answers) ? [{ pair, answers: [...one.answers], third: one.third }] : [],
    ),
  }
}

/** How far each two readers agree, in the order of their names; who read one pair alone agrees with nobody. */
export function agreementsOf(
  settled: readonly Pick<Settled, 'answers'>[],
): readonly (Agreement & { readonly between: readonly [string, string] })[] {
  const read = new Map<string, number>()
  for (const { answers } of settled)
    for (const reader of answers.keys()) read.set(reader, (read.get(reader) ?? 0) + 1)
  const readers = [...read.keys()].filter((reader) => (read.get(reader) ?? 0) > 1).sort()
  return readers.flatMap((a, i) =>
    readers.slice(i + 1).flatMap((b) => {
      const both = settled.flatMap(({ answers }): (readonly [string, string])[] => {
        const [x, y] = [answers.get(a), answers.get(b)]
        return x === undefined || y === undefined ? [] : [[x, y]]
      })
      return both.length === 0 ? [] : [{ between: [a, b] as const, ...kappaOf(both) }]
    }),
  )
}

/** A pair by the ids of its records, whichever stands left. */
function keyOf({ left, right }: { readonly left: RecordId; readonly right: RecordId }): string {
  const [a, b] = [JSON.stringify([left.source, left.id]), JSON.stringify([right.source, right.id])]
  return a < b ? a + b : b + a
}

/** What an answer writes. */
export function labelOf(
  sample: Sample,
  place: number,
  { reader, third }: Reading,
  label: Label['label'],
  time: string,
): Omit<Label, 'at'> {
  const { left, right, stratum } = sample.pairs[place] as SampledPair
  const pairs = stratum === null ? undefined : sample.strata[stratum]?.pairs
  return {
    left,
    right,
    label,
    reader,
    time,
    ...(third ? { third: true as const } : {}),
    ...(stratum !== null && pairs !== undefined ? { drawn: { sample: sample.sample, stratum, pairs } } : {}),
  }
}
