/** 95 % interval of a share of n (Wilson 1927); everything is possible where nothing was seen. */
export function wilson(share: number, n: number): [number, number] {
  if (n <= 0) return [0, 1]
  const z2 = 1.959963984540054 ** 2
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = Math.sqrt(z2 * ((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
