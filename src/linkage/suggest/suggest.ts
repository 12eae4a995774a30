import { ChainonError } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { plainText } from '../comparisons/words.ts'
import type { ComparisonSpec, LinkageModel, MadeColumns } from '../model.ts'
import { type Source, receive } from '../records/receive.ts'
import { acrossOf, possiblePairs } from '../pairs/across.ts'
import { type FoundRules, searchRules } from './search.ts'
import { type ColumnProfile, profile } from './profile.ts'

/** Up to so many pairs, all are looked at and no rule can miss one. */
const ALL_PAIRS = 2_000_000
/** What all blocking rules together may find, for each record. */
const PAIRS_PER_RECORD = 60
const MOST_RULES = 12

const FORENAME = /^(fore|first|given|christian)_?name|^pr[eé]nom|^given$/i
const SURNAME = /^(sur|last|family)_?name|^nom(_|$)|^nom$|^name_?last/i
const POSTCODE = /post_?(al_?)?(code|cd)|code_?postal|zip|^plz$/i
/** Births lie further apart: from the first year to the last. */
const EVENTS = 10
const BIRTH = /birth|born|dob|naiss|^nele|^ne_le/i
/** A column that tells who is who is what a linkage is to find, not what it may look at. */
const ANSWER = /^(cluster|entity|label|truth|match)(_?id)?$/i

export interface Suggestion {
  readonly model: LinkageModel
  /** Why each column is compared as it is, or left out. */
  readonly reasons: readonly { readonly column: string; readonly why: string }[]
  /** What the search found, where there was one and not all pairs fit. */
  readonly search?: FoundRules
}

export interface Wanted {
  readonly id?: string
  readonly ignore?: readonly string[]
  /** Without it `dedupe` for one table, and `link` for several. */
  readonly type?: LinkageModel['type']
  /** Tables without doubles. */
  readonly unique?: readonly string[]
  /** Columns that are made of those of a file. */
  readonly columns?: MadeColumns
  /** Search for blocking rules that look at so many pairs at most. */
  readonly budget?: number
}

/** A first model from what the columns hold. @throws linkage/no-id */
export async function suggest(
  engine: DuckDb,
  sources: readonly Source[],
  wanted: Wanted = {},
): Promise<Suggestion> {
  const received = await receive(engine, sources, wanted.columns)
  const shared = await profile(engine, received.table, received.columns)
  const id = wanted.id ?? idOf(shared, sources.length)
  const reasons: { column: string; why: string }[] = []
  const usable = shared.filter((one) => {
    const why = leftOut(one, id, wanted.ignore ?? [], received.everywhere)
    if (why) reasons.push({ column: one.column, why })
    return why === undefined
  })
  const comparisons: ComparisonSpec[] = []
  const [forename, surname] = [FORENAME, SURNAME].map((pattern) =>
    usable.find(({ column, share }) => pattern.test(column) && share.number < 0.5),
  )
  if (forename && surname) {
    comparisons.push({ compare: 'names', forename: forename.column, surname: surname.column })
    for (const { column } of [forename, surname])
      reasons.push({ column, why: 'a name of a person, by what the column is called' })
  }
  for (const one of usable) {
    if (forename && surname && (one === forename || one === surname)) continue
    const [spec, why] = comparisonFor(one)
    comparisons.push(spec)
    reasons.push({ column: one.column, why })
  }
  const unique = wanted.unique ? { unique: [...wanted.unique] } : {}
  const kind = { type: wanted.type ?? (sources.length === 1 ? 'dedupe' : 'link'), ...unique } as const
  const possible = possiblePairs(acrossOf(kind, sources), received.bySource)
  const keys = await rules(engine, received.table, usable, received.bySource)
  const model: LinkageModel = {
    linkage: 1,
    ...kind,
    ...(wanted.columns ? { columns: wanted.columns } : {}),
    id,
    comparisons,
    blocking: possible <= (wanted.budget ?? ALL_PAIRS) ? 'all' : keys.blocking,
    prior: { certain: keys.certain, recall: 0.7 },
    training: { sessions: keys.sessions },
  }
  if (wanted.budget === undefined || model.blocking === 'all') return { model, reasons }
  const search = await searchRules(engine, sources, model, usable, wanted.budget)
  if (search.rules.length === 0)
    throw new ChainonError('linkage/small-budget', `no rule looks at ${wanted.budget} pairs or fewer`, {
      advice: `The tables have ${possible} pairs; give a larger budget.`,
    })
  return { model: { ...model, blocking: search.rules.map(({ rule }) => [...rule]) }, reasons, search }
}

function idOf(columns: readonly ColumnProfile[], sources: number): string {
  const unique = columns.filter((one) => one.filled === one.rows && one.distinct * sources >= one.rows)
  const named = unique.find(({ column }) => /(^|_)(id|ident|num)(_|$)|id$/i.test(column))
  const found = named ?? unique[0]
  if (found) return found.column
  throw new ChainonError('linkage/no-id', 'no column has a value of its own in every record', {
    advice: 'Name the one that tells records apart with --id, or number the records.',
  })
}

function leftOut(
  { column, filled, distinct }: ColumnProfile,
  id: string,
  ignore: readonly string[],
  everywhere: ReadonlySet<string>,
): string | undefined {
  if (column === id) return 'the id of a record'
  if (ignore.includes(column)) return 'you said so'
  if (ANSWER.test(column)) return 'by its name it says who is who'
  if (!everywhere.has(column)) return 'not every source has it'
  if (filled === 0) return 'empty'
  if (distinct < 2) return 'one value throughout'
  return undefined
}

function comparisonFor({
  column,
  share,
  distinct,
  filled,
  words,
  length,
  years,
  yearFirst,
}: ColumnProfile): [ComparisonSpec, string] {
  if (share.date >= 0.8 && yearFirst && years <= EVENTS && !BIRTH.test(column))
    return [
      { compare: 'days', column, within: [0, 1, 3, 7, 21] },
      years === 0
        ? 'dates of one year: of events, not of births'
        : `dates within ${years + 1} years: of events, not of births`,
    ]
  if (share.date >= 0.8) return [{ compare: 'birth-date', column }, 'dates']
  if (share.number >= 0.95 && share.fraction >= 0.5)
    return [
      { compare: 'number', column, within: [0, 0.01, 0.05], share: true },
      'amounts: how far apart they are counts',
    ]
  if (share.email >= 0.6) return [{ compare: 'email', column }, 'addresses of e-mail']
  if (POSTCODE.test(column))
    return [{ compare: 'postcode', column }, 'a postcode, by what the column is called']
  if (distinct <= 12 && distinct < filled / 20) return [{ compare: 'exact', column }, `${distinct} values`]
  if (share.letters < 0.5 && words < 2.5)
    return [
      {
        compare: 'edits',
        column,
        edits: length >= 6 ? [1, 2] : [1],
        transpositions: true,
        termFrequency: true,
      },
      'a number or a code: keying errors count',
    ]
  if (words >= 5) return [{ compare: 'tokens', column }, 'several words']
  return [{ compare: 'text', column, termFrequency: true }, 'a short text']
}

/** Combinations of columns that few pairs agree on: the fewer by chance, the more they say. */
async function rules(
  engine: DuckDb,
  table: string,
  columns: readonly ColumnProfile[],
  bySource: readonly number[],
): Promise<{ blocking: string[][]; certain: string[][]; sessions: string[][] }> {
  const records = bySource.reduce((a, b) => a + b, 0)
  const keys = columns.filter((one) => one.distinct > 12 && one.filled > one.rows / 10)
  const candidates: { columns: string[]; pairs: number }[] = []
  for (let i = 0; i < keys.length; i++) {
    candidates.push({
      columns: [(keys[i] as ColumnProfile).column],
      pairs: (keys[i] as ColumnProfile).samePairs,
    })
    for (let j = i + 1; j < keys.length; j++) {
      const two = [(keys[i] as ColumnProfile).column, (keys[j] as ColumnProfile).column]
      candidates.push({ columns: two, pairs: await samePairs(engine, table, two) })
    }
  }
  const budget = PAIRS_PER_RECORD * records
  const fitting = candidates
    .filter(({ pairs }) => pairs > 0 && pairs <= budget / 4)
    .sort((a, b) => a.columns.length - b.columns.length || b.pairs - a.pairs)
  const blocking: string[][] = []
  let spent = 0
  for (const { columns: rule, pairs } of fitting) {
    // What a rule of one column finds, that column with another finds again.
    if (blocking.some((other) => other.every((column) => rule.includes(column)))) continue
    if (spent + pairs > budget || blocking.length === MOST_RULES) continue
    blocking.push(rule)
    spent += pairs
  }
  const bySaying = [...candidates].filter(({ pairs }) => pairs > 0).sort((a, b) => a.pairs - b.pairs)
  const sessions: string[][] = []
  for (const { columns: rule, pairs } of [...fitting].sort((a, b) => a.pairs - b.pairs))
    if (
      pairs >= records / 20 &&
      sessions.length < 3 &&
      !sessions.some((other) => other.some((one) => rule.includes(one)))
    )
      sessions.push(rule)
  const certain = bySaying.filter(({ columns: rule }) => rule.length === 2).slice(0, 3)
  return {
    blocking: blocking.length > 0 ? blocking : bySaying.slice(0, 3).map((one) => one.columns),
    certain: certain.map((one) => one.columns),
    sessions: sessions.length > 0 ? sessions : bySaying.slice(0, 2).map((one) => one.columns),
  }
}

async function samePairs(engine: DuckDb, table: string, columns: readonly string[]): Promise<number> {
  const plain = columns.map(plainText)
  const [row] = await engine.rows<{ n: number | null }>(
    `select sum(cast(n as double) * (n - 1) / 2) as n from (select count(*) as n from ${table}
     where ${plain.map((one) => `${one} is not null`).join(' and ')} group by ${plain.join(', ')}) as g`,
  )
  return Number(row?.n ?? 0)
}
