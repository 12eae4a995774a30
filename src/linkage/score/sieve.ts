import { type Rows, rowsOf } from '../pairs/record-numbers.ts'
import { type Bound, sameOf, type Unlike } from './bound.ts'

/*
 * What is asked of millions of pairs stands in short rows. The values that are compared are told by nine bits each, three
 * comparisons in one whole number with a bit for each that is missing: which of them two records share takes a few
 * operations and no branch. Two values with the same nine bits are taken for the same, which weighs no less.
 */

export interface Sieve {
  readonly bound: Bound
  readonly rows: Rows
  /** Whole numbers of the values of one record; their number is even. */
  readonly numbers: number
  /** What speaks less for a pair whose values are surely unlike. */
  readonly unlike: readonly SurelyLess[]
  /**
   * Short rows: those numbers, all that is asked of pairs that agree on much, and from `same` on, of each comparison in the
   * order of the bound, the most that a pair with the same value has from it, as a fraction.
   */
  readonly short: Rows
  readonly same: number
  /** What it has at most where the values are different. */
  readonly different: Float64Array
}

/** Of a comparison whose values are different, and unlike: its number of values, and its field there. */
export interface SurelyLess {
  readonly at: number
  readonly field: number
  readonly less: number
  /** Its columns are those of short rows. */
  readonly unlike: Unlike
}

/** Comparisons in one whole number. */
export const FIELDS = 3
const BITS = 9
/** Where the bits begin that tell what is missing. */
const MISSING = FIELDS * BITS
/** Numbers that are compared in one go. */
export const AT_ONCE = 2

export function sieveOf(bound: Bound, rows: Rows): Sieve {
  const { parts } = bound
  const numbers = AT_ONCE * Math.max(1, Math.ceil(parts.length / (AT_ONCE * FIELDS)))
  // Columns that tell what is unlike follow the numbers, each once.
  const asked = [...new Set(parts.flatMap(({ unlike }) => (unlike ? columnsOf(unlike) : [])))]
  const placeOf = (column: number): number => numbers + asked.indexOf(column)
  const same = numbers + asked.length
  const short = rowsOf(rows.count, inLines(same + parts.length))
  const { whole, fractions, width } = short
  const bits = (1 << BITS) - 1
  parts.forEach((part, at) => {
    const number = Math.floor(at / FIELDS)
    const [shift, missing] = [(at % FIELDS) * BITS, 1 << (MISSING + (at % FIELDS))]
    for (let record = 0; record < rows.count; record++) {
      const [from, to] = [record * rows.width, record * width]
      const value = rows.whole[from + part.column] as number
      const told = value === 0 ? missing : (value & bits) << shift
      whole[to + number] = (whole[to + number] as number) | told
      if (value !== 0) fractions[to + same + at] = sameOf(part, rows, from)
    }
  })
  asked.forEach((column, at) => {
    for (let record = 0; record < rows.count; record++)
      whole[record * width + numbers + at] = rows.whole[record * rows.width + column] as number
  })
  const unlike = parts.flatMap(({ unlike: of, different }, at): SurelyLess[] =>
    of
      ? [
          {
            at: Math.floor(at / FIELDS),
            field: at % FIELDS,
            less: different - of.weight,
            unlike: {
              ...of,
              letters: [placeOf(of.letters[0]), placeOf(of.letters[1])],
              differ: of.differ.map(([l, r]) => [placeOf(l), placeOf(r)]),
              known: of.known.map(placeOf),
            },
          },
        ]
      : [],
  )
  const different = Float64Array.from(parts, (part) => part.different)
  return { bound, rows, numbers, short, same, different, unlike }
}

/** Whole numbers of one line of the memory: a row that lies in one is read at once. */
const LINE = 16
const inLines = (width: number): number =>
  width > LINE ? LINE * Math.ceil(width / LINE) : 1 << Math.ceil(Math.log2(width))

const columnsOf = ({ letters, differ, known }: Unlike): readonly number[] => [
  ...letters,
  ...differ.flat(),
  ...known,
]

/** All bits of a field but its highest, of every field. */
const LOW = 0b011111111_011111111_011111111
const HIGH = 0b100000000_100000000_100000000
/** Brings the highest bits of the fields together: a product that carries nothing. */
const TOGETHER = (1 << (2 * (BITS + 1))) | (1 << (BITS + 1)) | 1

/** Three bits that tell which fields of two numbers differ, the first field by the highest of them. */
export function differing(one: number, other: number): number {
  const x = one ^ other
  // What is not zero in the low bits is carried into the highest.
  return Math.imul((((x & LOW) + LOW) | x) & HIGH, TOGETHER) >>> (MISSING - 1)
}

/** Does this field differ, by an answer of `differing`? */
export const isDifferent = (answer: number, field: number): number => (answer >>> (FIELDS - 1 - field)) & 1

/** Is anything missing in these numbers, or'ed? */
export const isMissing = (numbers: number): boolean => numbers >>> MISSING !== 0

/** Is this field of numbers, or'ed, missing? */
export const isFieldMissing = (numbers: number, field: number): boolean =>
  ((numbers >>> (MISSING + field)) & 1) === 1
