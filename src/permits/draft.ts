import { ChainonError } from '../base/index.ts'
import { type Identifier, INVENTED, parsePermit, type Permit, type Transform } from './model.ts'
import type { Release, ReleaseColumn } from './release.ts'

/** A study, as far as a permit must know it. */
export interface StudyOfPermit {
  readonly id: string
  readonly title: { readonly fr: string; readonly en: string }
  readonly needs: {
    /** Columns, table by table. */
    readonly tables: Readonly<Record<string, readonly string[]>>
    /** Potential identifiers that the study cannot do without, and why. */
    readonly identifiers: Readonly<Record<string, { readonly fr: string; readonly en: string }>>
  }
}

export interface DraftOptions {
  /** By default the id of the study. */
  readonly id?: string
  /** By default the title of the study. */
  readonly purpose?: string
  /** Who may open the space. */
  readonly users: readonly string[]
  readonly parties?: Permit['parties']
  readonly cohort?: Permit['cohort']
  /** Days of care; by default the window of the data version. The registry's history is kept whole unless said. */
  readonly period?: { readonly from: string; readonly until: string; readonly registryFrom?: string }
  readonly from: string
  readonly until: string
}

/**
 * A permit for a study on this data version, ready to be read, amended and signed: the columns that the study
 * needs and no more, each potential identifier that it does not need made coarser.
 * @throws permit/no-period, permit/bad
 */
export function draftPermit(release: Release, study: StudyOfPermit, options: DraftOptions): Permit {
  const granted = new Set(Object.keys(study.needs.identifiers))
  const tables: Permit['tables'] = {}
  // What the data are stands in every space.
  const wanted = {
    ...study.needs.tables,
    cdm_source: release.tables['cdm_source']?.columns.map((c) => c.name),
  }
  for (const [table, needed = []] of Object.entries(wanted)) {
    const columns: Record<string, Transform> = {}
    for (const column of release.tables[table]?.columns ?? []) {
      const how = needed.includes(column.name) && !column.source ? transformOf(column, granted) : undefined
      if (how) columns[column.name] = how
    }
    if (Object.keys(columns).length > 0) tables[table] = { columns }
  }
  const period = options.period ?? release.window
  if (!period)
    throw new ChainonError(
      'permit/no-period',
      `data version ${release.version} does not say which days it covers`,
      {
        advice: 'Name the first and the last day of care.',
      },
    )
  const reasons = Object.entries(study.needs.identifiers).map(([identifier, { fr, en }]) => [
    identifier,
    { reason: `${fr} / ${en}` },
  ])
  return parsePermit({
    permit: 1,
    id: options.id ?? study.id,
    title: study.title,
    purpose: options.purpose ?? `${study.title.fr} / ${study.title.en}`,
    parties: options.parties ?? [
      { name: study.id.toUpperCase(), role: 'controller' },
      { name: 'SNDS', role: 'data-holder' },
      { name: 'BNDMR', role: 'data-holder' },
    ],
    users: options.users.map((name) => ({ name })),
    tables,
    identifiers: Object.fromEntries(reasons),
    cohort: options.cohort ?? { kind: 'registry' },
    period: { registryFrom: '1900-01-01', ...period },
    linkage: release.links ?? 'newest',
    opposition: 'newest-list',
    disclosure: 'FR-SNDS',
    from: options.from,
    until: options.until,
    dataVersion: release.version,
    ...(release.synthetic ? { notice: INVENTED } : {}),
  })
}

/** As it is where that is allowed, else the coarser form that the column bears, else not at all. */
function transformOf(column: ReleaseColumn, granted: ReadonlySet<string>): Transform | undefined {
  const { identifier, name, type } = column
  if (identifier === undefined || granted.has(identifier satisfies Identifier)) return 'as-is'
  if (name === 'year_of_birth' || type.toLowerCase() === 'date') return 'year'
  return name === 'location_source_value' ? 'département' : undefined
}
