import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type Label, labelsOfRows, lineOf, readLines } from './labels.ts'
import { isOpen, settle } from './settle.ts'
import { appendLabel, labelsSoFar } from './store.ts'

const said = (reader: string, label: Label['label'], of: Partial<Label> = {}): Label => ({
  left: { source: 'people', id: '1' },
  right: { source: 'people', id: '2' },
  label,
  reader,
  at: 'here',
  ...of,
})
const settled = (...labels: Label[]) => {
  const [only] = settle(labels, ({ left, right }) => `${left.id} ${right.id}`).values()
  return only as NonNullable<typeof only>
}

test('a label is read as it was written', () => {
  const label = said('ada', 'no match', {
    time: '2026-01-31T10:00:00.000Z',
    third: true,
    drawn: { sample: 'abc', stratum: 3, pairs: 12 },
  })
  expect(readLines(lineOf(label), 'labels.jsonl')).toEqual([{ ...label, at: 'labels.jsonl, row 1' }])
})

test.each([
  ['a field that is missing', '{"left":"1","label":"match","reader":"ada"}', 'labels.jsonl, row 2: right'],
  ['a word that is no answer', '{"left":"1","right":"2","label":"yes","reader":"ada"}', 'row 2: label'],
  ['what is no JSON', '1;2;match', 'labels.jsonl, row 2: it is no JSON'],
])('%s is refused by file, row and field', (_, row, named) => {
  expect(() => readLines(`${lineOf(said('ada', 'match'))}${row}\n`, 'labels.jsonl')).toThrow(named)
})

test('rows of a CSV are labels, each of a reader of its own unless a column says whose', () => {
  const columns = ['left', 'right', 'label', 'reader']
  const rows = [
    { left: '1', right: '2', label: 'match', reader: null },
    { left: '1', right: '3', label: '0', reader: 'ada' },
  ]
  expect(labelsOfRows(rows, columns, 'labels.csv')).toEqual([
    { left: { id: '1' }, right: { id: '2' }, label: 'match', reader: 'row 2', at: 'labels.csv, row 2' },
    { left: { id: '1' }, right: { id: '3' }, label: 'no match', reader: 'ada', at: 'labels.csv, row 3' },
  ])
  const refused = (row: Record<string, string | null>, of = columns) =>
    expect(() => labelsOfRows([row], of, 'labels.csv'))
  refused({ left: '1', right: '2', label: 'maybe' }).toThrow('labels.csv, row 2: label: maybe')
  refused({ left: '1', right: null, label: '1' }).toThrow('labels.csv, row 2: right')
  refused({ left: '1', right: '2' }, ['left', 'right']).toThrow('no column label')
})

test('what two readers say alike is decided; where they differ nothing is, until a third decides', () => {
  expect(settled(said('ada', 'match')).decision).toBe('match')
  expect(settled(said('ada', 'match'), said('grace', 'match')).decision).toBe('match')
  const open = settled(said('ada', 'match'), said('grace', 'no match'))
  expect([open.decision, isOpen(open)]).toEqual([undefined, true])
  const closed = settled(
    said('ada', 'match'),
    said('grace', 'unsure'),
    said('mary', 'no match', { third: true }),
  )
  expect([closed.decision, isOpen(closed)]).toEqual(['no match', false])
  // A third who is unsure leaves it undecided for good.
  const never = settled(
    said('ada', 'match'),
    said('grace', 'no match'),
    said('mary', 'unsure', { third: true }),
  )
  expect([never.decision, isOpen(never)]).toEqual([undefined, false])
})

test('a later answer takes the place of an earlier one, and an undone one is none', () => {
  expect(settled(said('ada', 'match'), said('ada', 'no match')).decision).toBe('no match')
  expect(settled(said('ada', 'match'), said('ada', 'undone')).decision).toBeUndefined()
  expect(settled(said('ada', 'unsure'), said('grace', 'unsure')).decision).toBeUndefined()
})

let path: string
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'chainon-labels-')), 'labels.jsonl')
})

test('answers written at once are all kept, whole', async () => {
  expect(await labelsSoFar(path)).toEqual([])
  await Promise.all(
    Array.from({ length: 40 }, (_, at) => appendLabel(path, said(at % 2 === 0 ? 'ada' : 'grace', 'match'))),
  )
  expect(await labelsSoFar(path)).toHaveLength(40)
})

test('a line that a crash cut off is no answer, and spoils none after it', async () => {
  await writeFile(path, lineOf(said('ada', 'match')))
  await appendFile(path, lineOf(said('ada', 'no match')).slice(0, 30))
  expect(await labelsSoFar(path)).toHaveLength(1)
  await appendLabel(path, said('ada', 'unsure'))
  expect((await labelsSoFar(path)).map(({ label }) => label)).toEqual(['match', 'unsure'])
  expect(await readFile(path, 'utf8')).toMatch(/\n$/)
})
