/** Two clusters that may become one, and how many records each had when their weight was taken. */
export interface Merge {
  a: number
  b: number
  sizeA: number
  sizeB: number
}

const FIELDS = 4

/**
 * A heap of merges: the heaviest first, of equals that with the smallest numbers. It stands in lists of numbers, since a large
 * component offers millions.
 */
export class MergeQueue {
  #length = 0
  #weight = new Float64Array(64)
  #merge = new Int32Array(64 * FIELDS)

  push(weight: number, { a, b, sizeA, sizeB }: Merge): void {
    if (this.#length === this.#weight.length) this.#grow()
    let at = this.#length++
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.#isBefore(weight, a, b, up)) break
      this.#move(up, at)
      at = up
    }
    this.#weight[at] = weight
    this.#merge[at * FIELDS] = a
    this.#merge[at * FIELDS + 1] = b
    this.#merge[at * FIELDS + 2] = sizeA
    this.#merge[at * FIELDS + 3] = sizeB
  }

  /** Takes the best one out, into `merge`; false where there is none. */
  pop(merge: Merge): boolean {
    if (this.#length === 0) return false
    merge.a = this.#merge[0] as number
    merge.b = this.#merge[1] as number
    merge.sizeA = this.#merge[2] as number
    merge.sizeB = this.#merge[3] as number
    const last = --this.#length
    if (last > 0) this.#sink(last)
    return true
  }

  /** Finds the place of the one at `last`, beginning at the top, which is empty. */
  #sink(last: number): void {
    const weight = this.#weight[last] as number
    const a = this.#merge[last * FIELDS] as number
    const b = this.#merge[last * FIELDS + 1] as number
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= last) break
      if (child + 1 < last && this.#isFirst(child + 1, child)) child++
      if (this.#isBefore(weight, a, b, child)) break
      this.#move(child, at)
      at = child
    }
    this.#move(last, at)
  }

  #isFirst(at: number, other: number): boolean {
    const a = this.#merge[at * FIELDS] as number
    const b = this.#merge[at * FIELDS + 1] as number
    return this.#isBefore(this.#weight[at] as number, a, b, other)
  }

  #isBefore(weight: number, a: number, b: number, at: number): boolean {
    const other = this.#weight[at] as number
    if (weight !== other) return weight > other
    const otherA = this.#merge[at * FIELDS] as number
    return a !== otherA ? a < otherA : b < (this.#merge[at * FIELDS + 1] as number)
  }

  #move(from: number, to: number): void {
    this.#weight[to] = this.#weight[from] as number
    for (let field = 0; field < FIELDS; field++)
      this.#merge[to * FIELDS + field] = this.#merge[from * FIELDS + field] as number
  }

  #grow(): void {
    const [weight, merge] = [this.#weight, this.#merge]
    this.#weight = new Float64Array(weight.length * 2)
    this.#merge = new Int32Array(merge.length * 2)
    this.#weight.set(weight)
    this.#merge.set(merge)
  }
}
