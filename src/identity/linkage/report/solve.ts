/** x of `matrix · x = right`, by elimination with the largest pivot; the matrix is small and positive definite. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] as number])
  const size = rows.length
  for (let k = 0; k < size; k += 1) {
    let pivot = k
    for (let i = k + 1; i < size; i += 1)
      if (Math.abs(at(rows, i, k)) > Math.abs(at(rows, pivot, k))) pivot = i
    ;[rows[k], rows[pivot]] = [rows[pivot] as number[], rows[k] as number[]]
    for (let i = 0; i < size; i += 1) {
      if (i === k || at(rows, k, k) === 0) continue
      const factor = at(rows, i, k) / at(rows, k, k)
      rows[i] = (rows[i] as number[]).map((value, j) => value - factor * at(rows, k, j))
    }
  }
  return rows.map((row, k) => (row[k] === 0 ? 0 : (row[size] as number) / (row[k] as number)))
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number => rows[i]?.[j] ?? 0
