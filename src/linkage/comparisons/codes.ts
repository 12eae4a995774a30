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
export const finess = coded('FINESS', 9)

/** Commune of INSEE: five characters; its département. */
export const commune = coded('commune', 5)

/** A code that begins with its département: two characters, three overseas. */
function coded(what: string, length: number) {
  return (column: string, name: string, termFrequency?: boolean): Comparison => {
    // Numbers lose their leading zero on the way through a spreadsheet.
    const code: Feature = {
      name: `${column} (${what})`,
      type: 'varchar',
      sql: `case when length(${bare(column)}) < ${length} then lpad(${bare(column)}, ${length}, '0') else ${bare(column)} end`,
    }
    const departement: Feature = {
      name: `${column} (département)`,
      type: 'varchar',
      sql: `case when substr(${code.sql}, 1, 2) in ('97', '98') then substr(${code.sql}, 1, 3) else substr(${code.sql}, 1, 2) end`,
    }
    return {
      name,
      features: [code, departement],
      unknown: missing(codeOf(code.name)),
      by: codeOf(code.name),
      levels: [
        { label: 'the same', when: equal(codeOf(code.name)), ...frequencyOf(code.name, termFrequency) },
        { label: 'the same département', when: equal(codeOf(departement.name)) },
      ],
      otherwise: { label: 'different' },
      columns: [column],
    }
  }
}
