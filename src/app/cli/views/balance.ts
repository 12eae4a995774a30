import type { ClosingBalance, DemoResult } from '../../demo/model.ts'
import { count, euros, percent } from '../numbers.ts'
import { strong, type Voice } from '../terminal.ts'

/** The end of the demo: at most twenty lines that answer what came in, what was linked, whether it balances. */
export function sayBalance({ say }: Voice, { stages, balance, dir }: DemoResult, seconds: number): void {
  const lines: [string, string][] = [
    ['rows', rowsOf(balance)],
    ...linkageOf(balance),
    ...eurosOf(balance),
    ...effectsOf(balance),
    ...releasedOf(balance),
    ...stages.flatMap(({ stage, lacked }): [string, string][] =>
      lacked === undefined ? [] : [[stage, `not done: ${lacked}`]],
    ),
    ['time', `${seconds.toFixed(1)} s in all`],
    ['folder', dir],
  ]
  say('')
  for (const [name, text] of lines) say(`  ${strong(name.padEnd(12))} ${text}`)
}

type Lines = [string, string][]

const rowsOf = ({ rows }: ClosingBalance): string =>
  `${count(rows.received)} received, ${count(rows.setAside)} set aside, ${count(rows.cleanedForCost)} left out of costs by the cleaning rules`

function linkageOf({ linkage }: ClosingBalance): Lines {
  const { patients, opposed, linked, truth } = linkage
  if (patients === 0) return []
  const may = patients - opposed
  const lines: Lines = [
    [
      'linkage',
      `${count(linked)} of ${count(may)} patients who do not object (${percent(linked / Math.max(1, may))})`,
    ],
  ]
  if (truth)
    for (const [name, quality] of [
      ['indirect', truth.indirect],
      ['with NIR', truth.all],
    ] as const)
      lines.push([
        '',
        `${name}: precision ${percent(quality.precision)}, recall ${percent(quality.recall)} of the ${count(quality.inBoth)} who are in both, against the truth`,
      ])
  const told = (linkage.falseMatches ?? []).flatMap(({ estimator, rate, low, high }) =>
    rate === null || low === null || high === null || estimator === 'controls'
      ? []
      : [
          `${percent(rate, 2)} [${percent(low, 2)}, ${percent(high, 2)}] by ${estimator === 'nir' ? 'the NIR' : estimator}`,
        ],
  )
  if (truth && told.length > 0)
    lines.push([
      '',
      `false links: ${percent(1 - truth.indirect.precision, 2)} in truth; estimated without it ${told.join(', ')}`,
    ])
  return lines
}

const eurosOf = ({ euros: told }: ClosingBalance): Lines =>
  told === undefined
    ? []
    : [
        [
          'euros',
          told.balances
            ? `in = out, to the cent: ${told.lines.map(({ table, lake }) => `${table} ${euros(lake)}`).join(', ')}`
            : `DO NOT BALANCE: ${told.lines.map(({ table, lake, told: out }) => `${table} ${euros(lake)} in, ${euros(out)} out`).join('; ')}`,
        ],
      ]

function effectsOf({ effects }: ClosingBalance): Lines {
  if (!effects) return []
  const real = effects.filter((one) => !one.null)
  const nulls = effects.filter((one) => one.null)
  const inside = real.filter((one) => one.inside).length
  const declared = nulls.filter((one) => !one.inside).length
  const deprived = effects.find(({ id }) => id === 'delay/quintile-5-against-1')
  return [
    [
      'effects',
      `${inside} of ${real.length} planted values lie inside their 95 % interval; of ${nulls.length} where nothing was planted, ${declared} were declared`,
    ],
    ...(deprived
      ? ([
          [
            '',
            `delay to diagnosis, poorest fifth against richest: planted ${deprived.planted}, found ${deprived.value.toFixed(2)} [${deprived.low.toFixed(2)}, ${deprived.high.toFixed(2)}]`,
          ],
        ] as Lines)
      : []),
    ['', 'rare patients are oversampled: one in five persons, against about one in fifty in life'],
  ]
}

const releasedOf = ({ released }: ClosingBalance): Lines =>
  released === undefined
    ? []
    : [
        [
          'released',
          `${count(released.shown)} cells shown, ${count(released.hidden)} hidden; ${released.diseases} diseases, ${released.diseaseQuintiles} disease × quintile rows`,
        ],
        ['report', released.report],
      ]
