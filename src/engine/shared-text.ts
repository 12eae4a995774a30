/* Text of operations that two engines write alike, where the plain construct would be read otherwise by each. */

/** A whole number in text: engines disagree on `1.5`, `1e3` and `4_2`, so that only digits are let through. */
export const WHOLE = "'^ *[-+]?[0-9]{1,9} *$'"

/** Through text, because only there a day that does not exist is null on every engine. */
export function dateOf([year, month, day]: readonly string[]): string {
  const padded = (part: string | undefined, length: number): string =>
    `lpad(cast(${part} as varchar), ${length}, '0')`
  const text = `${padded(year, 4)} || '-' || ${padded(month, 2)} || '-' || ${padded(day, 2)}`
  // lpad cuts what is too long.
  return `case when ${year} between 1 and 9999 and ${month} between 1 and 12 and ${day} between 1 and 31 then try_cast(${text} as date) end`
}
