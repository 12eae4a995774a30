import type { Comparison, Feature } from './model.ts'
import { left, literal, missing, quoted, right } from './words.ts'

const asNumber = (column: string): Feature => ({
  name: `${column} (number)`,
  type: 'double',
  sql: `try_cast(replace(trim(cast(${quoted(column)} as varchar)), ',', '.') as double)`,
})

/** A number: differences, or shares of the larger. */
export function numeric(column: string, name: string, within: readonly number[], share = false): Comparison {
  const feature = asNumber(column)
  const [l, r] = [left(feature.name), right(feature.name)]
  const difference = share
    ? `case when ${l} = ${r} then 0 else abs(${l} - ${r}) / greatest(abs(${l}), abs(${r})) end`
    : `abs(${l} - ${r})`
  return {
    name,
    features: [feature],
    unknown: missing(feature.name),
    levels: [...within]
      .sort((a, b) => a - b)
      .map((most) => ({
        label:
          most === 0 ? 'the same' : `within ${share ? `${Number((most * 100).toPrecision(6))} %` : most}`,
        when: `${difference} <= ${most}`,
      })),
    otherwise: { label: 'further apart' },
    columns: [column],
  }
}

/** The date of an event: days apart, less those by which the second table is later as a rule. */
export function days(
  column: string,
  name: string,
  {
    within,
    later = 0,
    format,
  }: {
    readonly within: readonly number[]
    readonly later?: number | undefined
    readonly format?: string | undefined
  },
): Comparison {
  const written = `trim(cast(${quoted(column)} as varchar))`
  const read = format
    ? `try_strptime(${written}, ${literal(format)})`
    : `try_strptime(substr(${written}, 1, 10), ['%Y-%m-%d', '%Y%m%d', '%Y/%m/%d'])`
  const feature: Feature = {
    name: `${column} (day)`,
    type: 'integer',
    sql: `cast(datediff('day', date '1970-01-01', ${read}) as integer)`,
  }
  const [l, r] = [left(feature.name), right(feature.name)]
  return {
    name,
    features: [feature],
    unknown: missing(feature.name),
    levels: [...within]
      .sort((a, b) => a - b)
      .map((most) => ({
        label: daysApart(most, later),
        when: `abs(${r} - ${l}${later === 0 ? '' : ` - ${later}`}) <= ${most}`,
      })),
    otherwise: { label: 'further apart' },
    columns: [column],
  }
}

/** Of two days by the difference that is usual: `1 to 2 days later`. */
function daysApart(most: number, later: number): string {
  if (later !== 0) return `${Math.ceil(later - most)} to ${Math.floor(later + most)} days later`
  return most === 0 ? 'the same day' : `within ${most} ${most === 1 ? 'day' : 'days'}`
}

const EARTH = 6371.0088

/** Great circle between two places given in degrees (haversine). */
export function kilometres(
  latitude: string,
  longitude: string,
  name: string,
  within: readonly number[],
): Comparison {
  const [lat, lon] = [asNumber(latitude), asNumber(longitude)]
  const half = (of: string): string => `pow(sin(radians(${right(of)} - ${left(of)}) / 2), 2)`
  const angle = `${half(lat.name)} + cos(radians(${left(lat.name)})) * cos(radians(${right(lat.name)})) * ${half(lon.name)}`
  return {
    name,
    features: [lat, lon],
    unknown: `${missing(lat.name)} or ${missing(lon.name)}`,
    measure: `${2 * EARTH} * asin(sqrt(least(1, ${angle})))`,
    levels: [...within]
      .sort((a, b) => a - b)
      .map((most) => ({ label: `within ${most} km`, when: (measure: string) => `${measure} <= ${most}` })),
    otherwise: { label: 'further apart' },
    columns: [latitude, longitude],
  }
}
