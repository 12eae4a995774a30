import type { Bilingual, Lang } from '../../page/index.ts'
import type { Period } from '../model.ts'

/** What stands around the figures: where they come from and under which permit. No time of day, no path. */
export interface ReportMeta {
  readonly title: Bilingual
  readonly permit: { readonly id: string; readonly title: Bilingual }
  readonly period: Period
  readonly dataVersion: string
  /** The day of the hub, `YYYY-MM-DD`. */
  readonly date: string
  /** Invented data: every part of the report says so. */
  readonly synthetic: boolean
  /** Which language shows first. */
  readonly lang?: Lang
  readonly versions?: { readonly links?: string; readonly oppositions?: string; readonly software?: string }
  readonly lineage: {
    /** Tables of the project space: rows and the hash of each file. */
    readonly space: readonly LineageFile[]
    /** Files as the producers sent them. */
    readonly sources: readonly LineageFile[]
  }
  /** Command lines that make this report again, in their order. */
  readonly commands: readonly string[]
  /** The queries behind the figures, by name, as readable SQL. */
  readonly queries: Readonly<Record<string, string>>
}

export interface LineageFile {
  readonly name: string
  readonly rows: number
  readonly sha256: string
}
