import type { CountTable, Dimension, Submission } from '../../spaces/index.ts'
import { study } from '../model.ts'
import { cellsOf, dimensionsOf, FINE, LINKED } from './cells.ts'
import { costTables } from './cost-tables.ts'
import { costs } from './costs.ts'
import { delayTables } from './delay-tables.ts'
import { flowTable, type PathwayRow } from './flow-table.ts'
import type { DimensionName, Patient } from './model.ts'
import { needs } from './needs.ts'
import { pathways } from './pathway.ts'
import { patients } from './patients.ts'
import { readPatients } from './read.ts'

/** Pathways, costs and delays of rare-disease patients, from the registry linked with the claims. */
export const dromos = study({
  id: 'dromos',
  title: {
    fr: 'Parcours, coûts et errance diagnostique des maladies rares',
    en: 'Pathways, costs and diagnostic odyssey of rare diseases',
  },
  needs,
  steps: (period) => ({ patients: patients(period), costs: costs(period), pathways: pathways(period) }),
  async run(space) {
    const { period } = space.permit
    const people = await readPatients(space, period)
    const dimensions = dimensionsOf(people)
    const entrants = await space.rows<PathwayRow>(pathways(period))
    return {
      study: 'dromos',
      dimensions,
      tables: [
        ...countTables(people, dimensions),
        ...costTables(people, dimensions),
        ...delayTables(people, dimensions, 'dromos'),
        flowTable(entrants),
      ],
    } satisfies Submission
  },
})

const countedBy: readonly DimensionName[] = [
  'quintile',
  'region',
  'label',
  'sex',
  'age',
  'linked',
  'delay',
  'contact',
]

/** How many patients, in all and by each dimension; by what is fine, the linked ones (see `FINE`). */
export function countTables(people: readonly Patient[], dimensions: Record<string, Dimension>): CountTable[] {
  const table = (name: string, by: readonly DimensionName[], who = people, base = {}): CountTable => ({
    kind: 'count',
    name,
    cells: cellsOf(who, dimensions, by, base).map(({ at, people: own }) => ({ at, n: own.length })),
  })
  const linked = people.filter((one) => one.at.linked === 'yes')
  return [
    table('patients', []),
    ...FINE.filter((name) => name !== 'block' && name !== 'site').map((name) =>
      table(`patients_by_${name}`, [name], linked, LINKED),
    ),
    ...countedBy.map((name) => table(`patients_by_${name}`, [name])),
  ]
}
