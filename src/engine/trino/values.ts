import type { Column } from './protocol.ts'

/** A type as the plan compares it: no lengths of text, no space inside decimals. */
export function plainType(type: string): string {
  return type.replace(/varchar\(\d+\)/g, 'varchar').replaceAll(' ', '')
}

type Decode = (value: unknown) => unknown

/**
 * How values of a column become what DuckDB gives for them: bigint as bigint, dates and decimals as text, arrays
 * likewise. Trino writes decimals and dates as text already.
 */
export function decoder({ type }: Pick<Column, 'type'>): Decode {
  const plain = plainType(type)
  const element = /^array\((.*)\)$/.exec(plain)?.[1]
  if (element !== undefined) {
    const decode = decoder({ type: element })
    return (value) => (value === null ? null : (value as unknown[]).map(decode))
  }
  if (plain === 'bigint') return (value) => (value === null ? null : BigInt(value as number | bigint))
  // Not a number and the infinities have no JSON.
  if (plain === 'double' || plain === 'real') return (value) => (value === null ? null : Number(value))
  return (value) => value
}
