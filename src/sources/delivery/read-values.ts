import type { Column } from '../model.ts'
import type { Reading } from './model.ts'

/*
 * How a delivered value is read as the type of its column. DuckDB's own SQL: deliveries are always opened by
 * the embedded engine. Each function takes and gives SQL text; what cannot be read gives NULL, and the check
 * tells it from an empty value.
 */

/** Words that exports write where there is nothing (SQL, R, Python); taken for a pseudonym, one would be everybody. */
const NOTHING_IN_TEXT =
  "'', 'NA', '<NA>', 'N/A', '#N/A', 'NULL', 'null', '(null)', 'NaN', 'nan', 'NaT', 'None', '\\N'"
/** SAS writes a point; in a column of text it may be a value. */
const NOTHING = `${NOTHING_IN_TEXT}, '.'`

/** SQL: the delivered value, as trimmed text unless it is a number, NULL where it says that there is nothing. */
export function filled(x: string, reading: Reading): string {
  if (reading === 'as is' || reading === 'cast') return x
  if (reading === 'number') return `case when not isnan(cast(${x} as double)) then ${x} end`
  if (reading === 'flag') return `cast(cast(${x} as integer) as varchar)`
  const t = `trim(cast(${x} as varchar))`
  return `case when ${t} not in (${reading === 'text' ? NOTHING_IN_TEXT : NOTHING}) then ${t} end`
}

/** SQL: the value of a column, typed, from what `filled` gives; NULL where there is none and where it cannot be read. */
export function readFilled(t: string, reading: Reading, column: Column): string {
  switch (reading) {
    case 'as is':
      return t
    case 'cast':
      return `try_cast(${t} as ${column.type})`
    case 'number':
      return readNumber(t, column.type)
    case 'integer':
      return readInteger(t, column.type)
    case 'month':
      return `case when regexp_matches(${t}, '^[0-9]{6}$') then try_cast(right(${t}, 2) as ${column.type}) else coalesce(${readInteger(t, column.type)}, cast(month(${readDate(t)}) as ${column.type})) end`
    case 'year':
      return `case when regexp_matches(${t}, '^[0-9]{6}$') then try_cast(left(${t}, 4) as ${column.type}) when regexp_matches(${t}, '^[0-9]{8}') then cast(year(${readDate(t)}) as ${column.type}) else coalesce(${readInteger(t, column.type)}, cast(year(${readDate(t)}) as ${column.type})) end`
    case 'decimal':
      return readDecimal(t, column.type)
    case 'date':
      return readDate(t)
    case 'flag':
      return column.type === 'varchar' ? t : `try_cast(${t} as ${column.type})`
    default:
      return readText(t, column)
  }
}

/**
 * Text, as it stands but for what spreadsheets and number columns do to codes: `75.0` is `75`, a FINESS of eight
 * digits lost its zero, and so did a code of fixed width with fewer digits; true and false are the codes 1 and 0.
 * A number that a spreadsheet has rounded (3,40E+12) cannot be read.
 */
function readText(t: string, column: Column): string {
  const plain = `regexp_replace(${t}, '^([0-9]+)[.,]0+$', '\\1')`
  const whole = column.number
    ? `regexp_replace(${plain}, '^0+([0-9])', '\\1')`
    : column.length === 1
      ? `case lower(${plain}) when 'false' then '0' when 'faux' then '0' when 'true' then '1' when 'vrai' then '1' else ${plain} end`
      : plain
  const padded = restoresZeros(column)
    ? `case when regexp_matches(${whole}, '${lostZeros(column)}') then lpad(${whole}, ${column.length}, '0') else ${whole} end`
    : whole
  return isCode(column) ? `case when not regexp_matches(${t}, '${ROUNDED}') then ${padded} end` : padded
}

const ROUNDED = '^[0-9]([.,][0-9]+)?E[+][0-9]+$'
const isCode = (column: Column): boolean => Boolean(column.list || column.finess || column.zeros)
/** Does reading give a column back the zeros that it lost? */
export const restoresZeros = (column: Column): boolean => Boolean(column.finess || column.zeros)
/** Regular expression of a value that lost zeros: eight digits of a FINESS, too few digits of another code. */
export const lostZeros = (column: Column): string =>
  column.finess ? '^[0-9]{8}$' : `^[0-9]{1,${(column.length ?? 1) - 1}}$`

/** A whole number, also written `75.0`, `75,00`, `1e+05` or `1.5e+05`. Anything with a fraction cannot be read. */
function readInteger(t: string, type: string): string {
  return `case when regexp_matches(${t}, '^[+-]?[0-9]+([.,]0*)?$') then try_cast(regexp_replace(${t}, '[.,]0*$', '') as ${type}) when regexp_matches(${t}, '^[0-9]([.,][0-9]+)?[eE][+]?[0-9]{1,2}$') and try_cast(replace(${t}, ',', '.') as double) % 1 = 0 then try_cast(try_cast(replace(${t}, ',', '.') as double) as ${type}) end`
}

/** A number with a fraction: to whole numbers when it has none, to an amount by the digits that it shows. */
function readNumber(x: string, type: string): string {
  return type.startsWith('decimal')
    ? `try_cast(cast(${x} as varchar) as ${type})`
    : `case when ${x} % 1 = 0 then try_cast(${x} as ${type}) end`
}

/** An amount, with point or comma, and with spaces between thousands. */
function readDecimal(t: string, type: string): string {
  return `try_cast(replace(regexp_replace(${t}, '[ \u00a0\u202f]([0-9]{3})', '\\1', 'g'), ',', '.') as ${type})`
}

/** Days as deliveries write them; a time after one is cut first. */
const DAYS = [
  '%Y-%m-%d',
  '%d/%m/%Y',
  '%Y%m%d',
  '%d%m%Y',
  '%d%b%Y',
  '%d-%b-%y',
  '%d-%b-%Y',
  '%Y/%m/%d',
  '%d-%m-%Y',
  '%d.%m.%Y',
  '%Y.%m.%d',
]
const TIME = '([T :]+[0-9]{1,2}:[0-9]{2}.*|[.]0+)$'

/**
 * A date, in any of these ways, with or without a time. Eight digits are never ambiguous between the years 1300
 * and 2999: a century is no month. Columns that hold months carry the sentinel as 160001.
 */
function readDate(t: string): string {
  const formats = DAYS.map((one) => `'${one}'`).join(', ')
  const days = `try_strptime(regexp_replace(${t}, '${TIME}', ''), [${formats}])`
  return `case when ${t} in ('160001', '1600-01') then date '1600-01-01' else try_cast(nullif(greatest(${days}, timestamp '1300-01-01'), timestamp '1300-01-01') as date) end`
}

/**
 * SQL: is this pseudonym nobody's? Hospitals send one fixed value for a stay that could not be pseudonymised
 * (`xxxxxxxxxxxxxxxxD`, or one repeated character); taken for a person it would be the most ill of all.
 */
export function dummyPseudonym(x: string): string {
  return `coalesce(lower(${x}) = 'xxxxxxxxxxxxxxxxd' or (length(${x}) >= 13 and replace(${x}, left(${x}, 1), '') = ''), false)`
}
