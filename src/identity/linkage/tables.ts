import { table } from '../../engine/index.ts'

/*
 * What the linkage reads beside the lake's own tables. The transfer is what the source handed to the matcher:
 * linkage variables under transit ids, which are nobody's outside this one transfer.
 */

export const transferPatients = table('transfer_patients', {
  transit: 'varchar',
  level1: 'varchar',
  nir: 'varchar',
  psa: 'varchar',
  sex: 'varchar',
  birth_year: 'integer',
  birth_month: 'integer',
  commune: 'varchar',
  death_date: 'date',
})

export const transferActivities = table('transfer_activities', {
  transit: 'varchar',
  activity_date: 'date',
  finess: 'varchar',
  kind: 'varchar',
})

/** Who is who, as the matcher keeps it: level-1 pseudonyms of one person and their hub id. */
export const bndmrIdentity = table('bndmr_identity', {
  level1: 'varchar',
  nir: 'varchar',
  psa: 'varchar',
  person: 'varchar',
})
export const sndsIdentity = table('snds_identity', {
  psa: 'varchar',
  rng: 'integer',
  own: 'varchar',
  level1: 'varchar',
  person: 'varchar',
})

export const oppositions = table('oppositions', {
  person: 'varchar',
  source: 'varchar',
  scope: 'varchar',
  from_date: 'date',
  until_date: 'date',
})

/** One INSEE commune per person and time (rule R15). */
export const residence = table('residence', { person: 'varchar', commune: 'varchar' })

export const finess = table('finess', { FINESS_GEO: 'varchar', FINESS_LEGAL: 'varchar' })
