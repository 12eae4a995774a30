import type { CleaningReport, DeliveryReport } from '../../sources/index.ts'

/** What can be received, in the order in which the chain takes it. */
export const DELIVERIES = ['referentials', 'snds', 'bndmr', 'oppositions'] as const
export type Delivery = (typeof DELIVERIES)[number]

export interface Received {
  readonly delivery: DeliveryReport
  /** Of the SNDS: what each cleaning rule takes away. */
  readonly cleaning?: CleaningReport
  /** Of the oppositions: the version that now holds. */
  readonly oppositions?: { readonly version: string; readonly persons: number }
}

/** How a piece of work tells how far it is: what it does, and how many of how many. */
export type Tell = (what: string, done?: number, total?: number) => void
export const silent: Tell = () => undefined

/** A step as it is told: with how far it is, where the engine says so. */
export const stepTold = ({ step, share }: { readonly step: string; readonly share?: number }): string =>
  share === undefined ? step : `${step} ${Math.floor(share * 100)} %`

/** Rows of all tables together. */
export const rowsOf = (tables: Readonly<Record<string, { readonly rows: number }>>): number =>
  Object.values(tables).reduce((sum, { rows }) => sum + rows, 0)
