import type { Comparison, Feature } from './model.ts'
import { frequencyOf } from './text.ts'
import { codeOf, equal, left, missing, quoted, right } from './words.ts'

const bare = (column: string): string =>
  `nullif(regexp_replace(upper(cast(${quoted(column)} as varchar)), '[^0-9A-Z]', '', 'g'), '')`

/** NIR: thirteen characters without their key; what its first seven say (sex, year, month, département of birth). */
export function nir(column: string, name: string, termFrequency?: boolean): Comparison {
  const number: Feature = { name: `${column} (NIR)`, type: 'varchar', sql: `substr(${bare(column)}, 1, 13)` }
  const birth: Feature = {
    name: `${column} (birth)`,
    type: 'varchar',
    sql: `case when length(${number.sql}) = 13 then substr(${number.sql}, 1, 7) end`,
  }
  const [l, r] = [left(number.name), right(number.name)]
  return {
    name,
    features: [number, birth],
    unknown: missing(codeOf(number.name)),
    by: codeOf(number.name),
    measure: `case when length(${l}) = length(${r}) then hamming(${l}, ${r}) else 99 end`,
    levels: [
      { label: 'the same', when: equal(codeOf(number.name)), ...frequencyOf(number.name, termFrequency) },
      { label: 'one character', when: (measure) => `${measure} = 1` },
      { label: 'sex, year, month and département of birth', when: equal(codeOf(birth.name)) },
    ],
    otherwise: { label: 'different' },
    columns: [column],
  }
}

/** FINESS number: nine characters; its département. */
export function finess(column: string, name: string, termFrequency?: boolean): Comparison {
  // Numbers lose their leading zero on the way through a spreadsheet.
  const number: Feature = {
    name: `${column} (FINESS)`,
    type: 'varchar',
    sql: `case when length(${bare(column)}) < 9 then lpad(${bare(column)}, 9, '0') else ${bare(column)} end`,
  }
  return coded(
    column,
    name,
    number,
    `case when substr(${number.sql}, 1, 2) in ('97', '98') then substr(${number.sql}, 1, 3) else substr(${number.sql}, 1, 2) end`,
    termFrequency,
  )
}

/** Commune of INSEE: five characters; its département. */
export function commune(column: string, name: string, termFrequency?: boolean): Comparison {
  const code: Feature = {
    name: `${column} (commune)`,
    type: 'varchar',
    sql: `case when length(${bare(column)}) < 5 then lpad(${bare(column)}, 5, '0') else ${bare(column)} end`,
  }
  return coded(
    column,
    name,
    code,
    `case when substr(${code.sql}, 1, 2) in ('97', '98') then substr(${code.sql}, 1, 3) else substr(${code.sql}, 1, 2) end`,
    termFrequency,
  )
}

function coded(
  column: string,
  name: string,
  code: Feature,
  departement: string,
  termFrequency?: boolean,
): Comparison {
  const county: Feature = { name: `${column} (département)`, type: 'varchar', sql: departement }
  return {
    name,
    features: [code, county],
    unknown: missing(codeOf(code.name)),
    by: codeOf(code.name),
    levels: [
      { label: 'the same', when: equal(codeOf(code.name)), ...frequencyOf(code.name, termFrequency) },
      { label: 'the same département', when: equal(codeOf(county.name)) },
    ],
    otherwise: { label: 'different' },
    columns: [column],
  }
}
