/*
 * The number of registration (NIR): sex, year and month of birth, place, order, then a key of two digits
 * (INSEE). Corsican départements stand as 2A and 2B and count as 19 and 18 in the key.
 */

const FORM = /^([1-478])(\d{2})(\d{2})(\d[\dAB])(\d{3})(\d{3})(\d{2})?$/

/** Spaces and case aside, the text as a NIR of 13 or 15 characters; null when it has not that form or its key is wrong. */
export function readNir(text: string): string | null {
  const nir = text.replace(/[\s.-]/g, '').toUpperCase()
  const parts = FORM.exec(nir)
  if (!parts) return null
  return parts[7] === undefined || parts[7] === nirKey(nir) ? nir : null
}

/** The two digits of the key: 97 minus the rest of the thirteen digits by 97. */
export function nirKey(nir: string): string {
  const digits = nir.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return String(97n - (BigInt(digits) % 97n)).padStart(2, '0')
}

/**
 * Every day (YYYYMMDD) on which the bearer may have been born: the NIR gives year (two digits, hence two
 * centuries) and month, not the day. Empty when the month is one of those that stand for an unknown one.
 * @param lastYear the latest year of birth to think of
 */
export function birthDays(nir: string, lastYear: number): string[] {
  const year = Number(nir.slice(1, 3))
  const month = Number(nir.slice(3, 5))
  if (month < 1 || month > 12) return []
  return [1900 + year, 2000 + year]
    .filter((full) => full <= lastYear)
    .flatMap((full) => {
      const days = new Date(Date.UTC(full, month, 0)).getUTCDate()
      return Array.from(
        { length: days },
        (_, index) => `${full}${String(month).padStart(2, '0')}${String(index + 1).padStart(2, '0')}`,
      )
    })
}

/** The sex that a NIR tells, as the SNDS codes it; 7 and 8 are temporary numbers of men and women. */
export const nirSex = (nir: string): '1' | '2' => ('137'.includes(nir.charAt(0)) ? '1' : '2')
