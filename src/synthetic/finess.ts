import { ChainonError } from '../base/index.ts'

/**
 * The FINESS number of an invented hospital: it has the form of one (département, then seven digits) and cannot
 * be one: the last digit of a real number is its Luhn key, and here it is the digit after that. (All 165 real
 * numbers at hand pass the formula, and their third digit is 0; here it is 9.)
 *
 * @param departement code; overseas (97x) and Corsica (2A, 2B) share the first two digits and are told apart by the fifth
 * @param n 0 to 999
 */
export function finessOf(departement: string, n: number): string {
  if (!Number.isInteger(n) || n < 0 || n > 999)
    throw new ChainonError('synthetic/bad-finess', `${n} is not the number of an invented hospital`)
  const corsica = departement === '2A' ? '8' : departement === '2B' ? '9' : undefined
  const two = corsica ? '20' : departement.slice(0, 2)
  const eight = `${two}99${corsica ?? (departement[2] || '0')}${String(n).padStart(3, '0')}`
  return eight + String((luhnKey(eight) + 1) % 10)
}

/** The digit that makes a number pass the formula of Luhn (ISO/IEC 7812-1, annex B). */
export function luhnKey(digits: string): number {
  let sum = 0
  ;[...digits].reverse().forEach((digit, index) => {
    const twice = Number(digit) * (index % 2 === 0 ? 2 : 1)
    sum += twice > 9 ? twice - 9 : twice
  })
  return (10 - (sum % 10)) % 10
}
