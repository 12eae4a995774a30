import { wilsonInterval } from '../../base/index.ts'

export interface Agreement {
  /** Pairs that both have read. */
  readonly pairs: number
  /** Share of them to which both gave one answer. */
  readonly agreement: number
  /** Cohen's kappa; null where chance alone would have them agree on every pair. */
  readonly kappa: number | null
  readonly low: number | null
  readonly high: number | null
}

/**
 * Cohen's kappa (1960) of two readers: how far they agree beyond what chance would bring them to, given how often each
 * gives each answer. Its 95 % interval is that of Wilson for the share on which they agree, carried over with the share
 * that chance gives held fixed: at full agreement, and for few pairs, the usual large-sample error (Fleiss, Cohen and
 * Everitt 1969) is far too small.
 */
export function kappaOf(answers: readonly (readonly [string, string])[]): Agreement {
  const n = answers.length
  if (n === 0) return { pairs: 0, agreement: 0, kappa: null, low: null, high: null }
  const agreement = answers.filter(([a, b]) => a === b).length / n
  const share = (of: 0 | 1, answer: string): number => answers.filter((one) => one[of] === answer).length / n
  const kinds = new Set(answers.flat())
  const chance = [...kinds].reduce((sum, answer) => sum + share(0, answer) * share(1, answer), 0)
  if (kinds.size < 2) return { pairs: n, agreement, kappa: null, low: null, high: null }
  const beyond = (p: number): number => (p - chance) / (1 - chance)
  const [low, high] = wilsonInterval(agreement, n)
  return { pairs: n, agreement, kappa: beyond(agreement), low: Math.max(-1, beyond(low)), high: beyond(high) }
}
