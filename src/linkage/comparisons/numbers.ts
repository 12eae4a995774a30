import type { Comparison, Feature } from './model.ts'
import { left, missing, quoted, right } from './words.ts'

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
        label: most === 0 ? 'the same' : `within ${share ? `${most * 100} %` : most}`,
        when: `${difference} <= ${most}`,
      })),
    otherwise: { label: 'further apart' },
    columns: [column],
  }
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
