/*
 * Numbers in a memory that all threads of the process see: they are handed to one without being copied.
 */

export const sharedIntegers = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(4 * length))

export const sharedFractions = (length: number): Float64Array =>
  new Float64Array(new SharedArrayBuffer(8 * length))

export function sharedCopy(numbers: Int32Array): Int32Array {
  const copy = sharedIntegers(numbers.length)
  copy.set(numbers)
  return copy
}
