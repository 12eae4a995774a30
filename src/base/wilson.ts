const Z = 1.959964

/**
 * 95 % interval of a share of `n` (Wilson 1927), which stays honest near 0 and 1 and for small `n`; everything is possible
 * where nothing was seen.
 */
export function wilsonInterval(share: number, n: number): [low: number, high: number] {
  if (n <= 0) return [0, 1]
  const middle = share + (Z * Z) / (2 * n)
  const half = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n))
  const scale = 1 + (Z * Z) / n
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)]
}
