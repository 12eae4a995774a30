const TAIL = 0.025

/**
 * 95 % interval of how many of N are of a kind, when k of n that were drawn without putting back are: those numbers that
 * neither tail of the hypergeometric distribution excludes (Clopper and Pearson 1934, for a finite population). It never
 * covers less often than it says, which near none and all is where others fail.
 */
export function exactCount(k: number, n: number, N: number): [low: number, high: number] {
  const atLeast = (M: number): number => tail(k, n, M, N)
  // At most k of the kind are at least n - k of the others.
  const atMost = (M: number): number => tail(n - k, n, N - M, N)
  return [
    first(k, N - n + k, (M) => atLeast(M) > TAIL),
    N - first(n - k, N - k, (of) => atMost(N - of) > TAIL),
  ]
}

/** Probability that at least k of n drawn are of a kind that M of N are. */
function tail(k: number, n: number, M: number, N: number): number {
  if (k <= Math.max(0, n - (N - M))) return 1
  if (k > Math.min(n, M)) return 0
  let log = choose(M, k) + choose(N - M, n - k) - choose(N, n)
  let sum = 0
  for (let j = k; j <= Math.min(n, M); j++) {
    sum += Math.exp(log)
    log += Math.log(((M - j) * (n - j)) / ((j + 1) * (N - M - n + j + 1)))
  }
  return sum
}

/** Natural logarithm of the number of ways to take k of n. */
function choose(n: number, k: number): number {
  let log = 0
  for (let i = 0; i < k; i++) log += Math.log((n - i) / (i + 1))
  return log
}

/** The smallest whole number from low to high of which it holds, where it holds of all that are larger. */
function first(low: number, high: number, holds: (x: number) => boolean): number {
  let [from, to] = [low, high]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
