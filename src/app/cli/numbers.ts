/** Numbers as a person reads them: a narrow space between thousands. */
export const count = (n: number | bigint): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ' ')
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`
/** Euros from a decimal text, to the cent. */
export const euros = (decimal: string): string => {
  const [whole = '0', cents = '00'] = decimal.split('.')
  return `${count(BigInt(whole))}.${cents.padEnd(2, '0')} €`
}
/** One thing or several: `plural(3, 'row')` is "3 rows". */
export const plural = (n: number, one: string, several = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : several}`
