import type { Comparison, Feature } from './model.ts'
import { frequencyOf } from './text.ts'
import { codeOf, equal, left, literal, missing, quoted, right } from './words.ts'

/**
 * A date of birth as eight digits and as three numbers. A day that does not exist is kept: what was typed is compared,
 * not what a calendar makes of it.
 */
export function birthDate(
  column: string,
  name: string,
  format?: string,
  /** Where many days are one (the 1 January of who knows a year alone), the same day says less. */
  termFrequency = true,
): Comparison {
  const written = `trim(cast(${quoted(column)} as varchar))`
  const digits = format
    ? `strftime(try_strptime(${written}, ${literal(format)}), '%Y%m%d')`
    : `regexp_replace(${written}, '[^0-9]', '', 'g')`
  const whole: Feature = {
    name: `${column} (digits)`,
    type: 'varchar',
    sql: `case when length(${digits}) >= 8 then substr(${digits}, 1, 8) end`,
  }
  const part = (what: string, from: number, length: number): Feature => ({
    name: `${column} (${what})`,
    type: 'integer',
    sql: `try_cast(substr(${whole.sql}, ${from}, ${length}) as integer)`,
  })
  const [year, month, day] = [part('year', 1, 4), part('month', 5, 2), part('day', 7, 2)]
  const [y, m, d] = [year.name, month.name, day.name]
  const firstOfJanuary = (of: (feature: string) => string): string => `(${of(m)} = 1 and ${of(d)} = 1)`
  /** A year alone is written so: that two have it in common says nothing of day and month. */
  const bothFirst = `(${firstOfJanuary(left)} and ${firstOfJanuary(right)})`
  const inOrder = `${left(m)} = ${right(d)} and ${left(d)} = ${right(m)}`
  const agreeing = [y, m, d].map((one) => `cast(${equal(one)} as integer)`).join(' + ')
  return {
    name,
    features: [whole, year, month, day],
    unknown: missing(codeOf(whole.name)),
    by: codeOf(whole.name),
    measure: `case when ${agreeing} >= 1 then hamming(${left(whole.name)}, ${right(whole.name)}) else 9 end`,
    levels: [
      { label: 'the same', when: equal(codeOf(whole.name)), ...frequencyOf(whole.name, termFrequency) },
      {
        label: 'the year, one side being 1 January',
        when: `${equal(y)} and (${firstOfJanuary(left)} or ${firstOfJanuary(right)})`,
      },
      { label: 'day and month the wrong way round', when: `${equal(y)} and ${inOrder}` },
      { label: 'one digit', when: (measure) => `${measure} = 1 and not ${bothFirst}` },
      { label: 'two of day, month and year', when: `${agreeing} = 2 and not ${bothFirst}` },
      { label: 'two digits', when: (measure) => `${measure} = 2 and not ${bothFirst}` },
      { label: 'one digit of the year, both being 1 January', when: (measure) => `${measure} = 1` },
      { label: 'within a year', when: `abs(${left(y)} - ${right(y)}) <= 1` },
      { label: 'within ten years', when: `abs(${left(y)} - ${right(y)}) <= 10` },
    ],
    otherwise: { label: 'further apart' },
    columns: [column],
  }
}
