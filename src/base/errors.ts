/**
 * One error for the whole house: a stable code (`room/what`), a sentence for the person who sees it, and an
 * exit code for the machine that called. Anything else that escapes is a bug and is shown with its trace.
 */
export class ChainonError extends Error {
  readonly code: `${string}/${string}`
  /** What to do next, in one sentence. */
  readonly advice: string | undefined
  readonly exitCode: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: `${string}/${string}`,
    message: string,
    options: { advice?: string; exitCode?: number; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ChainonError'
    this.code = code
    this.advice = options.advice
    this.exitCode = options.exitCode ?? 1
    this.details = options.details ?? {}
  }
}

/** A decision's refusal as data: a code that the interface turns into French or English. */
export interface Denial {
  readonly code: `${string}/${string}`
  readonly [detail: string]: unknown
}

/** Turns `canX(): Denial[]` into `checkX(): void`, which throws the first denial. */
export function throwing<A extends unknown[]>(can: (...args: A) => Denial[]): (...args: A) => void {
  return (...args) => {
    const [first] = can(...args)
    if (first) throw new ChainonError(first.code, describe(first), { exitCode: 3, details: first })
  }
}

function describe(denial: Denial): string {
  const { code, ...rest } = denial
  const facts = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`)
  return facts.length === 0 ? code : `${code}: ${facts.join(', ')}`
}
