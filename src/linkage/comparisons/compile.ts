import { ChainonError } from '../../base/index.ts'
import type { ComparisonSpec, LinkageModel } from '../model.ts'
import { commune, finess, nir } from './codes.ts'
import { birthDate } from './dates.ts'
import type { Comparison, Feature, Level } from './model.ts'
import { names, personName } from './names.ts'
import { days, kilometres, numeric } from './numbers.ts'
import { withFixed } from './fixed.ts'
import { category, edits, email, exact, jaccard, postcode, text, tokens } from './text.ts'
import { quoted } from './words.ts'

/** The comparisons of a model, each with its levels. @throws linkage/bad-model when two have one name */
export function comparisonsOf(model: LinkageModel): readonly Comparison[] {
  const all = model.comparisons.flatMap(compiled)
  const seen = new Set<string>()
  for (const { name } of all) {
    if (seen.has(name))
      throw new ChainonError('linkage/bad-model', `two comparisons are called ${name}`, {
        advice: 'Give one of them a label of its own.',
      })
    seen.add(name)
  }
  return withFixed(all, model.training?.fixed ?? {})
}

function compiled(spec: ComparisonSpec): readonly Comparison[] {
  const named = 'label' in spec && spec.label !== undefined ? spec.label : 'column' in spec ? spec.column : ''
  switch (spec.compare) {
    case 'exact':
      return [exact(spec.column, named, spec.termFrequency)]
    case 'text':
      return [text(spec.column, named, spec.likeness, spec.termFrequency)]
    case 'jaccard':
      return [jaccard(spec.column, named, spec.likeness, spec.termFrequency)]
    case 'edits':
      return [edits(spec.column, named, spec.edits, spec.transpositions, spec.termFrequency)]
    case 'name':
      return [personName(spec.column, named, spec.likeness, spec.termFrequency)]
    case 'names':
      return names(spec.forename, spec.surname, spec.likeness, spec.termFrequency)
    case 'tokens':
      return [tokens(spec.column, named, spec.likeness)]
    case 'birth-date':
      return [birthDate(spec.column, named, spec.format, spec.termFrequency)]
    case 'number':
      return [numeric(spec.column, named, spec.within, spec.share)]
    case 'days':
      return [days(spec.column, named, spec)]
    case 'kilometres':
      return [kilometres(spec.latitude, spec.longitude, spec.label ?? 'distance', spec.within)]
    case 'email':
      return [email(spec.column, named, spec.termFrequency)]
    case 'postcode':
      return [postcode(spec.column, named, spec.termFrequency)]
    case 'category':
      return [category(spec.column, named, spec.near, spec.termFrequency)]
    case 'nir':
      return [nir(spec.column, named, spec.termFrequency)]
    case 'finess':
      return [finess(spec.column, named, spec.termFrequency)]
    case 'commune':
      return [commune(spec.column, named, spec.termFrequency)]
    case 'sql':
      return [own(spec)]
  }
}

/** Levels that a user, or an imported model, wrote. Columns are compared as they stand. */
function own({ label, levels, columns }: Extract<ComparisonSpec, { compare: 'sql' }>): Comparison {
  const whole = columns.map((column): Feature => ({ name: column, type: 'varchar', sql: quoted(column) }))
  const known = levels.filter((level) => !level.isNull)
  const asLevel = ({ label: called, sql, m, u, termFrequency: tf }: (typeof levels)[number]): Level => ({
    label: called,
    // What it costs is not known.
    when: () => sql,
    ...(m === undefined ? {} : { m }),
    ...(u === undefined ? {} : { u }),
    ...(tf
      ? {
          frequency: {
            feature: tf.column,
            weight: tf.weight ?? 1,
            least: tf.leastU ?? 0,
            ...(tf.exactU === undefined ? {} : { exactU: tf.exactU }),
          },
        }
      : {}),
  })
  const last = known.at(-1)
  if (last?.sql.trim().toUpperCase() !== 'ELSE')
    throw new ChainonError('linkage/bad-model', `the last level of ${label} is not ELSE`)
  const { when: _, ...otherwise } = asLevel(last)
  return {
    name: label,
    features: whole,
    unknown:
      levels
        .filter((level) => level.isNull)
        .map((level) => `(${level.sql})`)
        .join(' or ') || 'false',
    levels: known.slice(0, -1).map(asLevel),
    otherwise,
    columns,
  }
}
