import { type Interpolates, type Sql, sql } from '../../../engine/index.ts'

/*
 * DCIR holds the commune in two pieces, BEN_RES_DPT and BEN_RES_COM, of three characters each. SNDS documentation
 * (DREES, place of residence): the two last characters of the département and the three of the commune, but for
 *   Corsica: 209 and the number of the commune before 1976 (20…), which is 2A or 2B today;
 *   overseas: 097 in the general scheme (plain); 971 to 976 elsewhere, where farmers repeat the last character of
 *   the département in the commune (971, 105) and the self-employed fill with a zero (971, 005).
 * A commune overseas has two digits of its own, so that both are read alike, without knowing the scheme.
 */

const NOWHERE = sql`('000', '888', '999', '099')`
const ABROAD = sql`('991', '992')`

/** SQL: does the row say where the person lives, at all? Null pieces, 000, 099, 999: no. */
function saysPlace(departement: Interpolates | Sql, commune: Interpolates | Sql): Sql {
  return sql`coalesce(${departement} not in ${NOWHERE} and ${departement} not in ${ABROAD} and ${commune} not in ('000', '999'), false)`
}

/**
 * SQL: the INSEE commune of two pieces, five characters; null when they name none. For Corsica under one code
 * for both of its départements it gives `20` and the number: see `corsica`.
 */
export function communeFromPieces(departement: Interpolates | Sql, commune: Interpolates | Sql): Sql {
  return sql`case
      when not ${saysPlace(departement, commune)} then null
      when ${departement} in ('209', '020') then '20' || ${commune}
      when ${departement} in ('201', '02A') then '2A' || ${commune}
      when ${departement} in ('202', '02B') then '2B' || ${commune}
      when ${departement} between '971' and '978' then ${departement} || substr(${commune}, 2, 2)
      when substr(${departement}, 1, 1) = '0' then substr(${departement}, 2, 2) || ${commune}
    end`
}

/** SQL: is the plain reading (two characters and three) wrong for these pieces, or is there nothing to read? */
export function needsReading(departement: Interpolates | Sql, commune: Interpolates | Sql): Sql {
  return sql`coalesce(${communeFromPieces(departement, commune)}, '') <> coalesce(substr(${departement}, 2, 2) || ${commune}, '')
      or ${departement} in ('209', '020') or not ${saysPlace(departement, commune)}`
}

/** SQL: why two pieces name no commune. */
export function whyNot(departement: Interpolates | Sql): Sql {
  return sql`case when ${departement} in ${ABROAD} then 'abroad' else 'unknown-code' end`
}
