import { ChainonError } from '../../base/index.ts'
import { type Comparison, type Feature, levelsOf } from '../comparisons/model.ts'
import { plainOf } from '../comparisons/text.ts'
import { codeOf, namedIn, quoted, VALUE } from '../comparisons/words.ts'
import { codedIn } from '../pairs/patterns.ts'
import { rarityOf } from '../score/frequency.ts'

/*
 * What is told of a record's values is told once for each value that a column has, or some columns together, and not once
 * for each record: two million records have a few thousand forenames.
 */

/** A table of the values of some columns, each once, and of all that is told of them. */
export interface Dictionary {
  readonly table: string
  readonly columns: readonly string[]
  /** Those that records have: features, their codes, their rarities. */
  readonly kept: readonly string[]
  readonly features: readonly Feature[]
  readonly coded: readonly string[]
  readonly counted: readonly string[]
  /** Expressions over the columns in plain small letters, of which blocking rules are made. */
  readonly parts: readonly string[]
}

/** Names that no column of a source has. */
const COUNT = '"chainon count"'
const valueAt = (at: number): string => quoted(`chainon value ${at}`)
const partAt = (at: number): string => quoted(`chainon part ${at}`)

/**
 * The dictionaries of what comparisons and blocking rules ask of records.
 * @param keys for each blocking rule that is a list: its expressions
 * @throws linkage/bad-model where one feature is made in two ways
 */
export function dictionariesOf(
  columns: readonly string[],
  comparisons: readonly Comparison[],
  keys: readonly (readonly string[])[],
): readonly Dictionary[] {
  const isCoded = codedIn(comparisons)
  const counted = new Set(
    comparisons.flatMap((one) =>
      levelsOf(one).flatMap(({ frequency }) => (frequency ? [frequency.feature] : [])),
    ),
  )
  const told = new Map<string, { columns: readonly string[]; features: Feature[]; parts: string[] }>()
  const of = (named: readonly string[]) => {
    const key = JSON.stringify(named)
    const found = told.get(key) ?? { columns: named, features: [], parts: [] }
    told.set(key, found)
    return found
  }
  const features = distinctFeatures(comparisons.flatMap((one) => one.features))
  const columnsOf = ({ of: base, sql }: Feature): readonly string[] =>
    base === undefined
      ? columns.filter((column) => sql.includes(quoted(column)))
      : columnsOf(features.find(({ name }) => name === base) as Feature)
  for (const one of features) of(columnsOf(one)).features.push(one)
  for (const part of new Set(keys.flat())) of(namedIn([part], columns)).parts.push(part)
  return [...told.values()].map((one, at): Dictionary => {
    const names = one.features.map(({ name }) => name)
    const coded = names.filter(isCoded)
    const rare = names.filter((name) => counted.has(name))
    return {
      ...one,
      table: `values_${at}`,
      coded,
      counted: rare,
      kept: [...names, ...coded.map(codeOf), ...rare.map(rarityOf)],
    }
  })
}

function distinctFeatures(all: readonly Feature[]): readonly Feature[] {
  const byName = new Map<string, Feature>()
  for (const one of all) {
    const other = byName.get(one.name)
    if (other && other.sql !== one.sql)
      throw new ChainonError('linkage/bad-model', `${one.name} is made in two ways: give one a label`)
    byName.set(one.name, one)
  }
  return [...byName.values()]
}

/**
 * SQL that makes a dictionary.
 * @param from the table of all records
 * @param count SQL of how many of the records with a value count
 */
export function dictionarySql(dictionary: Dictionary, from: string, count: string): string {
  const { table, coded, counted } = dictionary
  const told = `${table}_told`
  const codes = coded.map((name) => `${hashOf(quoted(name))} as ${quoted(codeOf(name))}`)
  const rarities = counted.map((name, at) => `r${at}.rarity as ${quoted(rarityOf(name))}`)
  const counts = counted.map(
    (name, at) => `left join (${raritySql(quoted(name), told)}) as r${at} on r${at}.v = t.${quoted(name)}`,
  )
  const features = featuresSql(dictionary, partsSql(dictionary, from, count))
  return [
    `create or replace table ${told} as select ${['*', ...codes].join(', ')} from (${features})`,
    `create or replace table ${table} as select ${['t.*', ...rarities].join(', ')} from ${told} as t ${counts.join(' ')}`,
    `drop table ${told}`,
  ].join(';\n')
}

/** A query of values with how many records have them, and of the parts of blocking rules that they are read by. */
function partsSql({ columns, parts }: Dictionary, from: string, count: string): string {
  const values = columns.map((column, at) => `${quoted(column)} as ${valueAt(at)}`)
  const groups = columns.length === 0 ? '' : `group by ${columns.map(quoted).join(', ')}`
  const grouped = `select ${[...values, `${count} as ${COUNT}`].join(', ')} from ${from} ${groups}`
  if (parts.length === 0) return grouped
  const kept = [...columns.map((_, at) => valueAt(at)), COUNT]
  // Blocking rules read their columns in plain letters, as comparisons have them.
  const plain = columns.map((column) => `${plainOf(column).sql} as ${quoted(column)}`)
  const told = parts.map(
    (part, at) =>
      `case when nullif(cast(${part} as varchar), '') is not null then hash(${part}) end as ${partAt(at)}`,
  )
  return `select ${[...kept, ...told].join(', ')} from (
    select ${[...kept, ...plain].join(', ')} from (${asNamed(columns, grouped)}))`
}

/** A query of that and the features of the values: first those of columns, then those that are told of another. */
function featuresSql({ columns, features, parts }: Dictionary, values: string): string {
  const kept = [...columns.map((_, at) => valueAt(at)), COUNT, ...parts.map((_, at) => partAt(at))]
  const first = features.filter(({ of }) => of === undefined)
  const made = first.map(({ name, sql }) => `${sql} as ${quoted(name)}`)
  const query = `select ${[...kept, ...made].join(', ')} from (${asNamed(columns, values)})`
  const bases = new Set(features.flatMap(({ of }) => of ?? []))
  return [...bases].reduce((before, base) => {
    const told = features
      .filter(({ of }) => of === base)
      .map(({ name, sql }) => `case when ${VALUE} is not null then ${sql} end as ${quoted(name)}`)
    return `select ${[`* exclude (${VALUE})`, ...told].join(', ')} from (
      select *, ${quoted(base)} as ${VALUE} from (${before}))`
  }, query)
}

/** The values of a query under the names of their columns, too. */
const asNamed = (columns: readonly string[], query: string): string =>
  `select ${['*', ...columns.map((column, at) => `${valueAt(at)} as ${quoted(column)}`)].join(', ')} from (${query})`

const hashOf = (value: string): string => `case when ${value} is not null then hash(${value}) end`

/** -log2 of the share that each value has of all. One that no record has that counts is as one that one record has. */
const raritySql = (value: string, from: string): string =>
  `select v, -log2(greatest(n, 1) / greatest(sum(n) over (), 1)) as rarity from (
    select ${value} as v, sum(${COUNT}) as n from ${from} where ${value} is not null group by ${value})`

/** A number for all that a blocking rule asks to be equal, null where something of it is missing. */
export function keySql(parts: readonly string[], dictionaries: readonly Dictionary[]): string {
  const told = parts.map((part) => {
    const one = dictionaries.find((dictionary) => dictionary.parts.includes(part)) as Dictionary
    return `${one.table}.${partAt(one.parts.indexOf(part))}`
  })
  const [only = 'null', ...others] = told
  if (others.length === 0) return only
  return `case when ${told.map((one) => `${one} is not null`).join(' and ')} then hash(${told.join(', ')}) end`
}

/** Joins a dictionary to the records `t`. */
export function joinSql({ table, columns }: Dictionary): string {
  const same = columns.map((column, at) => `${table}.${valueAt(at)} is not distinct from t.${quoted(column)}`)
  return `join ${table} on ${same.join(' and ') || 'true'}`
}
