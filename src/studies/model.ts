import type { Step } from '../engine/index.ts'
import type { Bilingual } from '../page/index.ts'
import type { ProjectSpace, Submission } from '../spaces/index.ts'

/** What a study must find in its space; the permit that it needs follows from it. */
export interface Needs {
  /** CDM table → columns. */
  readonly tables: Readonly<Record<string, readonly string[]>>
  /** Potential identifiers of the SNDS that it reads as they are, with the reason. */
  readonly identifiers: Readonly<Record<string, Bilingual>>
  readonly linkage?: 'bndmr-snds'
}

/** A study: what it needs, and what it hands in. It reaches nothing but the space that it is given. */
export interface Study {
  readonly id: string
  readonly title: Bilingual
  readonly needs: Needs
  /** The queries behind its figures, by name, for the period of a permit: shown in the report and by `explain`. */
  steps(period: Period): Readonly<Record<string, Step>>
  run(space: ProjectSpace): Promise<Submission>
}

export interface Period {
  /** First day, `YYYY-MM-DD`. */
  readonly from: string
  /** Last day, included. */
  readonly until: string
}

export function study(definition: Study): Study {
  return Object.freeze(definition)
}
