import { z } from 'zod'
import { ChainonError } from '../../base/index.ts'
import type { LinkageModel } from '../model.ts'

/*
 * Settings and trained models of Splink 4 and 5, as its `save_model_to_json` writes them. Facts of the format: a level
 * is SQL over "column_l" and "column_r", the last is ELSE, one may be for nulls; a match weight is log2(m/u), and term
 * frequency adds `weight × (log2 u of the exact level − log2 max(share left, share right, least u))`.
 */

/** A text says that training saw no such pair; Splink scores it as this. */
const probability = z.union([z.number(), z.string().transform(() => 1e-6)]).nullish()

const level = z.looseObject({
  sql_condition: z.string(),
  label_for_charts: z.string().optional(),
  is_null_level: z.boolean().optional(),
  m_probability: probability,
  u_probability: probability,
  tf_adjustment_column: z.string().nullish(),
  tf_adjustment_weight: z.number().nullish(),
  tf_minimum_u_value: z.number().nullish(),
  disable_tf_exact_match_detection: z.boolean().optional(),
})
type SplinkLevel = z.infer<typeof level>

const rule = z.union([
  z.string(),
  z.looseObject({ blocking_rule: z.string(), sql_dialect: z.string().nullish() }),
])

const settings = z.looseObject({
  link_type: z.enum(['dedupe_only', 'link_only', 'link_and_dedupe']),
  unique_id_column_name: z.string().default('unique_id'),
  probability_two_random_records_match: z.number().optional(),
  blocking_rules_to_generate_predictions: z.array(rule).default([]),
  comparisons: z
    .array(
      z.looseObject({
        output_column_name: z.string().optional(),
        comparison_description: z.string().optional(),
        comparison_levels: z.array(level).min(2),
      }),
    )
    .min(1),
})

const TYPES = { dedupe_only: 'dedupe', link_only: 'link', link_and_dedupe: 'link-and-dedupe' } as const

/** Is this Splink's, and not a model of ours? */
export const isSplink = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'link_type' in value && 'comparisons' in value

/**
 * A model that gives the match weights of Splink's on the same pairs. Settings without any weight are trained here.
 * @throws linkage/bad-splink naming what is not understood
 */
export function fromSplink(value: unknown, from = 'the settings'): LinkageModel {
  const read = settings.safeParse(value)
  if (!read.success)
    throw bad(from, read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const { data } = read
  const dialect = data.blocking_rules_to_generate_predictions
    .map((one) => (typeof one === 'string' ? undefined : one.sql_dialect))
    .find((one) => one && one !== 'duckdb')
  if (dialect) throw bad(from, `its rules are written for ${dialect}, and ours run on DuckDB`)
  const isTrained = data.comparisons.some((one) =>
    one.comparison_levels.some((each) => typeof each.m_probability === 'number'),
  )
  const comparisons = data.comparisons.map(({ comparison_levels: written, ...one }, at) => {
    const levels = isTrained ? withDefaults(written) : written
    const label = one.output_column_name ?? `comparison ${at + 1}`
    const columns = columnsOf(levels)
    if (columns.length === 0) throw bad(from, `${label} reads no column`)
    const taken = levels.map((each, n) => ({
      label: each.label_for_charts ?? `level ${n + 1}`,
      sql: quotedSides(each.sql_condition, columns),
      ...(each.is_null_level ? { isNull: true } : {}),
      ...(each.is_null_level ? {} : given(each)),
      ...frequency(each, levels, `${from}: ${label}`),
    }))
    return { compare: 'sql' as const, label, levels: taken, columns }
  })
  const known = comparisons.map(({ levels }) => levels.filter(({ isNull }) => !isNull))
  const prior = data.probability_two_random_records_match
  return {
    linkage: 1,
    type: TYPES[data.link_type],
    id: data.unique_id_column_name,
    comparisons,
    blocking:
      data.blocking_rules_to_generate_predictions.length === 0
        ? 'all'
        : data.blocking_rules_to_generate_predictions.map((one) => ({
            sql: quotedTables(typeof one === 'string' ? one : one.blocking_rule),
          })),
    ...(isTrained && prior !== undefined
      ? {
          trained: {
            prior,
            comparisons: Object.fromEntries(
              comparisons.map(({ label }, at) => [
                label,
                (known[at] ?? []).map((one) => ({
                  label: one.label,
                  m: one.m as number,
                  u: one.u as number,
                })),
              ]),
            ),
          },
        }
      : prior === undefined
        ? {}
        : { prior: { probability: prior } }),
  }
}

/**
 * Levels of a trained model that training never saw have the weights that Splink scores them with: m is 0.95 for the
 * best level and shared by the others, log2(m/u) is 10 for the best and goes from 3 to -5 for the others.
 */
function withDefaults(levels: readonly SplinkLevel[]): readonly SplinkLevel[] {
  const known = levels.filter((one) => !one.is_null_level)
  return levels.map((one) => {
    const at = known.indexOf(one)
    if (at === -1) return one
    const others = known.length - 1
    const m = at === 0 ? 0.95 : 0.05 / others
    const weight = at === 0 ? 10 : others === 1 ? -5 : 3 - (8 * (at - 1)) / (others - 1)
    return {
      ...one,
      m_probability: one.m_probability ?? m,
      u_probability: one.u_probability ?? m / 2 ** weight,
    }
  })
}

const given = ({ m_probability: m, u_probability: u }: SplinkLevel): { m?: number; u?: number } => ({
  ...(typeof m === 'number' ? { m } : {}),
  ...(typeof u === 'number' ? { u } : {}),
})

/** Splink corrects the u of the level of exact agreement on the same column, unless it is told to take the level's own. */
function frequency(
  { tf_adjustment_column: column, ...one }: SplinkLevel,
  levels: readonly SplinkLevel[],
  from: string,
): { termFrequency?: { column: string; weight: number; leastU: number; exactU?: number } } {
  const weight = one.tf_adjustment_weight ?? 1
  if (!column || weight === 0 || one.is_null_level || isElse(one.sql_condition)) return {}
  const exact = one.disable_tf_exact_match_detection
    ? one
    : levels.find(({ sql_condition }) => isExact(sql_condition, column))
  if (!exact) throw bad(from, `no level says that ${column} is the same, whose u the term frequency takes`)
  const u = exact.u_probability
  return {
    termFrequency: {
      column: bare(column),
      weight,
      leastU: one.tf_minimum_u_value ?? 0,
      ...(typeof u === 'number' ? { exactU: u } : {}),
    },
  }
}

const bare = (column: string): string => column.replace(/^"(.*)"$/, '$1')
const isElse = (sql: string): boolean => sql.trim().toUpperCase() === 'ELSE'

const isExact = (sql: string, column: string): boolean => {
  const sides = sql
    .replaceAll('"', '')
    .split('=')
    .map((side) => side.trim().toLowerCase())
  const name = bare(column).toLowerCase()
  return sides.length === 2 && sides.toSorted().join() === [`${name}_l`, `${name}_r`].join()
}

/** Texts within quotes are no names. */
const NAMES = /'(?:[^']|'')*'|"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_]*/gu

/** Columns that levels read: what stands there both with _l and with _r. */
function columnsOf(levels: readonly SplinkLevel[]): string[] {
  const names = new Set(
    levels.flatMap(({ sql_condition }) =>
      (sql_condition.match(NAMES) ?? []).filter((name) => !name.startsWith("'")).map(bare),
    ),
  )
  return [...names]
    .filter((name) => name.endsWith('_l') && names.has(`${name.slice(0, -2)}_r`))
    .map((name) => name.slice(0, -2))
}

/** The condition with its columns in quotes, as our levels have them. */
function quotedSides(sql: string, columns: readonly string[]): string {
  const sides = new Set(columns.flatMap((column) => [`${column}_l`, `${column}_r`]))
  return sql.replace(NAMES, (name) => (sides.has(name) ? `"${name}"` : name))
}

/** The rule with the columns of l and r in quotes. */
const quotedTables = (sql: string): string => sql.replace(/\b([lr])\.([\p{L}_][\p{L}\p{N}_]*)/gu, '$1."$2"')

const bad = (from: string, why: string): ChainonError =>
  new ChainonError('linkage/bad-splink', `${from} cannot be taken over: ${why}`, {
    advice: 'Settings and models of Splink 4 and 5 are read, with levels in the SQL of DuckDB.',
  })
