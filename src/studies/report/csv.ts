import type { Table } from './figure.ts'
import { both } from './invented.ts'

/** A table as CSV (RFC 4180, UTF-8). Invented data says so in its first line and in every row. */
export function csvOf(table: Table, synthetic: boolean): string {
  const header = [...table.columns.map((column) => column.name), ...(synthetic ? ['data'] : [])]
  const rows = table.data.map((row) => [...row, ...(synthetic ? [both] : [])])
  return `${[...(synthetic ? [[both]] : []), header, ...rows].map((row) => row.map(field).join(',')).join('\r\n')}\r\n`
}

function field(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
