import { cents } from './examine.ts'
import type { AcceptedFile, Balance, FileReport } from './model.ts'

/** What a file brought: received = accepted + set aside, in rows and euros. */
export const balancesOf = ({
  rows,
  euros,
  setAside,
}: AcceptedFile): Pick<FileReport, 'received' | 'accepted' | 'setAside'> => ({
  received: sumOf([{ rows, euros }, setAside]),
  accepted: { rows, euros },
  setAside: { rows: setAside.rows, euros: setAside.euros },
})

/** Of several together; euros are null where none of them has any. */
export function sumOf(balances: readonly Balance[]): Balance {
  const withEuros = balances.filter(({ euros }) => euros !== null)
  return {
    rows: balances.reduce((total, { rows }) => total + rows, 0),
    euros:
      withEuros.length === 0
        ? null
        : decimal(withEuros.reduce((total, { euros }) => total + cents(euros), 0n)),
  }
}

/** Cents as decimal text. */
export function decimal(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
