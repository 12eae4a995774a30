import type { Answer, Drawn, Label } from './labels.ts'

/** What all answers to one pair come to. */
export interface Settled {
  /** What each reader says at last, in the order in which they first answered. */
  readonly answers: ReadonlyMap<string, Answer>
  /** What the third decision says. */
  readonly third: Answer | undefined
  /** Nothing where nobody is sure, or two disagree and no third has decided: then the pair is not used. */
  readonly decision: 'match' | 'no match' | undefined
  readonly drawn: Drawn | undefined
  readonly first: Label
}

/**
 * Pair by pair, what holds: the third decision before all others; else what all readers say alike. A later answer of a
 * reader takes the place of an earlier one.
 * @param keyOf tells the pair of a label
 */
export function settle(labels: readonly Label[], keyOf: (label: Label) => string): Map<string, Settled> {
  const byPair = new Map<string, Label[]>()
  for (const label of labels) {
    const key = keyOf(label)
    const known = byPair.get(key)
    if (known) known.push(label)
    else byPair.set(key, [label])
  }
  const settled = new Map<string, Settled>()
  for (const [key, of] of byPair) {
    const answers = lastOf(of.filter(({ third }) => !third))
    const third = [...lastOf(of.filter((label) => label.third)).values()].at(-1)
    const drawn = of.findLast((label) => label.drawn)?.drawn
    const decision = sure(third ?? unanimous([...answers.values()]))
    settled.set(key, { answers, third, decision, drawn, first: of[0] as Label })
  }
  return settled
}

/** Do two readers say different things, and no third has decided? */
export const isOpen = ({ answers, third }: Settled): boolean => third === undefined && isDisputed(answers)

export const isDisputed = (answers: Settled['answers']): boolean => new Set(answers.values()).size > 1

function lastOf(labels: readonly Label[]): Map<string, Answer> {
  const last = new Map<string, Answer>()
  for (const { reader, label } of labels)
    if (label === 'undone') last.delete(reader)
    else last.set(reader, label)
  return last
}

const unanimous = ([one, ...others]: readonly Answer[]): Answer | undefined =>
  others.every((other) => other === one) ? one : undefined

const sure = (answer: Answer | undefined): Settled['decision'] => (answer === 'unsure' ? undefined : answer)
