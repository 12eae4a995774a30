import type { CheckedSubmission, CheckedTable, OutputTable } from '../../spaces/index.ts'
import { dimensionsOf } from '../dromos/cells.ts'
import { costTables } from '../dromos/cost-tables.ts'
import { delayTables } from '../dromos/delay-tables.ts'
import { countTables } from '../dromos/dromos.ts'
import { flowTable, type PathwayRow } from '../dromos/flow-table.ts'
import { type Item, items, ownTableFrom, type Patient, WITHOUT_CODE } from '../dromos/model.ts'
import { normal, randomFrom } from '../statistics/random.ts'
import type { ReportMeta } from './model.ts'

/* Invented patients for the tests of the report, and a simple stand-in for the check: it hides every small cell. */

const diseases = [
  ['586', 'respiratory', 0.16, 21000, 2],
  ['244', 'respiratory', 0.05, 6000, 6],
  ['2032', 'respiratory', 0.09, 12000, 3],
  ['98896', 'neuromuscular', 0.12, 18000, 3.5],
  ['558', 'connective', 0.16, 4200, 7],
  ['536', 'immune', 0.13, 7200, 3],
  ['355', 'metabolic', 0.04, 42000, 5],
  ['324', 'metabolic', 0.04, 52000, 9],
  ['791', 'eye', 0.1, 2600, 8],
  ['399', 'brain', 0.1, 8200, 4],
  ['730', 'kidney', 0.008, 9300, 5],
  ['904', 'developmental', 0.002, 5200, 1],
] as const

export function inventedPatients(
  n: number,
  seed: string,
  effects: { delay?: number; cost?: number } = {},
): Patient[] {
  const random = randomFrom(seed)
  const people = Array.from({ length: n }, () => {
    const coded = random() > 0.2
    let pick = random()
    const disease = diseases.find(([, , share]) => (pick -= share) < 0) ?? diseases[0]
    const quintile = random() < 0.03 ? 'unknown' : String(1 + Math.floor(random() * 5))
    const step = quintile === 'unknown' ? 0.5 : (Number(quintile) - 1) / 4
    const wait = disease[4] * (effects.delay ?? 1.5) ** step * Math.exp(0.9 * normal(random))
    const followed = 2 + random() * 14
    const event = coded && wait <= followed
    const linked = random() < 0.9
    const severity = Math.exp(0.8 * normal(random) - 0.32) * (effects.cost ?? 1) ** step
    const years = random() < 0.9 ? 3 : 3 * random() + 0.1
    const cents = new Map<Item, number>()
    for (const [i, item] of items.entries())
      if (random() < [0.98, 0.97, 0.9, 0.6, 0.5, 0.1][i]!)
        cents.set(
          item,
          Math.round(
            100 * years * disease[3] * severity * [0.04, 0.35, 0.12, 0.07, 0.5, 0.2][i]! * (0.5 + random()),
          ),
        )
    const centre = random() < 0.05 ? 'unknown' : String(1 + Math.floor(18 * random() ** 1.6))
    return {
      orpha: coded ? `ORPHA:${disease[0]}` : WITHOUT_CODE,
      group: coded ? disease[1] : WITHOUT_CODE,
      at: {
        quintile,
        region: random() < 0.01 ? 'unknown' : (['11', '44', '93'][Math.floor(random() * 3)] as string),
        centre,
        site: centre,
        label: centre === 'unknown' ? 'unknown' : Number(centre) % 3 === 1 ? 'CRMR' : 'CCMR',
        sex: random() < 0.52 ? 'female' : 'male',
        age: (['0-17', '18-39', '40-64', '65+'] as const)[Math.floor(random() * 4)] as string,
        linked: linked ? 'yes' : 'no',
        delay: random() < 0.04 ? 'unknown' : 'known',
        contact: random() < 0.35 ? 'in-period' : 'other',
      },
      years: linked ? years : null,
      cents: linked ? cents : new Map<Item, number>(),
      wait: { time: event ? wait : followed, event },
    }
  })
  const sizes = new Map<string, number>()
  for (const one of people) sizes.set(one.orpha, (sizes.get(one.orpha) ?? 0) + 1)
  return people.map(({ orpha, group, at, years, cents, wait }) => ({
    at: {
      ...at,
      disease: orpha,
      group,
      block: orpha === WITHOUT_CODE || (sizes.get(orpha) ?? 0) >= ownTableFrom ? orpha : `other:${group}`,
    },
    years,
    cents,
    delay: at.delay === 'known' ? wait : null,
  })) as Patient[]
}

function inventedPathways(n: number): PathwayRow[] {
  const random = randomFrom('pathways')
  const kinds = ['gp', 'gp', 'gp', 'specialist', 'outpatient', 'stay', 'centre'] as const
  return Array.from({ length: n }, () => {
    const steps: string[] = []
    while (steps.length < 4 && random() < 0.86) {
      const next = kinds[Math.floor(random() * kinds.length)] as string
      if (next !== steps.at(-1)) steps.push(next)
    }
    const [a, b, c, d] = steps
    const end = random()
    return {
      step_1: a ?? null,
      step_2: b ?? null,
      step_3: c ?? null,
      step_4: d ?? null,
      ending: end < 0.08 ? 'death' : end < 0.5 ? 'end-of-follow-up' : 'no-further-care',
    }
  })
}

/** All tables of the study over invented patients. */
export function inventedTables(people: readonly Patient[]): {
  dimensions: CheckedSubmission['dimensions']
  tables: OutputTable[]
} {
  const dimensions = dimensionsOf(people)
  const entrants = people.filter((one) => one.at.linked === 'yes' && one.at.contact === 'in-period').length
  return {
    dimensions,
    tables: [
      ...countTables(people, dimensions),
      ...costTables(people, dimensions),
      ...delayTables(people, dimensions, 'test'),
      flowTable(inventedPathways(entrants)),
    ],
  }
}

/** Hides small cells only: enough to draw, not to release. */
export function hideSmall(tables: readonly OutputTable[]): CheckedTable[] {
  return tables.map((table): CheckedTable => {
    switch (table.kind) {
      case 'count':
        return {
          ...table,
          cells: table.cells.map((cell) =>
            cell.n < 11 && cell.n > 0
              ? { at: cell.at, hidden: true }
              : { ...cell, figures: {}, hidden: false },
          ),
        }
      case 'cost':
        return {
          ...table,
          cells: table.cells.map((cell) =>
            cell.n < 11
              ? { at: cell.at, hidden: true }
              : {
                  ...cell,
                  hidden: false,
                  items: cell.items.map((item) => ({ ...item, hidden: false as const })),
                },
          ),
        }
      case 'survival':
        return {
          ...table,
          curves: table.curves.map((curve) =>
            curve.n < 22 ? { at: curve.at, hidden: true } : { ...curve, hidden: false },
          ),
        }
      case 'flow': {
        const kept = table.flows.filter((flow) => flow.n >= 11)
        return { ...table, flows: kept, hidden: false, merged: { '2': ['death'] } }
      }
    }
  })
}

export function inventedSubmission(
  n = 3900,
  seed = 'report',
  effects: { delay?: number; cost?: number } = {},
): CheckedSubmission {
  const { dimensions, tables } = inventedTables(inventedPatients(n, seed, effects))
  return {
    study: 'dromos',
    dimensions,
    tables: hideSmall(tables),
    summary: {
      profile: 'FR-SNDS',
      threshold: 11,
      tables: tables.map(({ name, kind }) => ({ name, kind, shown: 40, hidden: 3, merged: 0 })),
      shown: 640,
      hidden: { 'rule of 11': 74 },
      rules: [],
      audit: { proved: true, cells: 74, earlierReleases: 0 },
    },
  }
}

export const inventedMeta: ReportMeta = {
  title: {
    fr: 'Parcours, coûts et errance diagnostique des maladies rares',
    en: 'Pathways, costs and diagnostic odyssey of rare diseases',
  },
  permit: { id: 'P-2020-001', title: { fr: 'DROMOS, démonstration', en: 'DROMOS, demonstration' } },
  period: { from: '2017-01-01', until: '2019-12-31' },
  dataVersion: 'omop v1',
  date: '2020-07-01',
  synthetic: true,
  versions: { links: 'v1', oppositions: 'v1', software: 'chainon 0.1.0' },
  lineage: {
    space: ['person', 'cost', 'visit_occurrence'].map((name, i) => ({
      name: `${name}.parquet`,
      rows: 4000 * (i + 1),
      sha256: 'ab12'.repeat(16),
    })),
    sources: ['ER_PRS_F_2017.parquet', 'PATIENT.csv'].map((name, i) => ({
      name,
      rows: 1800000 / (i + 1),
      sha256: 'cd34'.repeat(16),
    })),
  },
  commands: [
    'chainon space open permit.json --as analyste',
    'chainon study run dromos --space P-2020-001',
    'chainon output submit P-2020-001',
  ],
  queries: {
    patients: 'select person_id\nfrom person',
    costs: 'select sum(paid_by_payer)\nfrom cost',
    pathways: 'select 1',
  },
}
