import { code, date, digits, finess, integer, key, sourceTable, text, year } from '../model.ts'

/** What all sources share and none of them owns: places, deprivation, institutions; and the oppositions. */

export const COMMUNE = sourceTable({
  name: 'COMMUNE',
  source: 'referentials',
  cut: 'whole',
  says: 'One commune under one of its postal codes.',
  columns: {
    COMMUNE: key(digits(5, 'INSEE', { required: true })),
    POSTAL_CODE: key(digits(5, 'postal')),
    NAME: text(60),
    DEPARTEMENT: text(3),
    REGION: digits(2, 'région'),
  },
})

export const DEPRIVATION = sourceTable({
  name: 'DEPRIVATION',
  source: 'referentials',
  cut: 'whole',
  says: 'The deprivation quintile of a commune in a year: 1 the least, 5 the most deprived.',
  columns: { COMMUNE: key(digits(5, 'INSEE', { required: true })), YEAR: key(year()), QUINTILE: integer() },
})

export const FINESS = sourceTable({
  name: 'FINESS',
  source: 'referentials',
  cut: 'whole',
  says: 'One geographic site and the legal entity that it belongs to.',
  columns: {
    FINESS_GEO: key(finess({ required: true })),
    FINESS_LEGAL: finess(),
    NAME: text(120),
    STATUS: text(8, { values: ['public', 'private'] }),
    COMMUNE: digits(5, 'INSEE'),
  },
})

export const ORPHA_CIM10 = sourceTable({
  name: 'ORPHA_CIM10',
  source: 'referentials',
  cut: 'whole',
  says: 'A rare disease and an ICD-10 code under which hospitals write it; a code of three characters stands for all below it.',
  columns: {
    ORPHA: key(code(12, 'ORPHA', { required: true })),
    CIM10: key(code(6, 'CIM-10', { required: true })),
  },
})

/**
 * Oppositions as the rights office keeps them. ID_KIND says how the person is named: `idmr`, or `nir`. A minor
 * is named through a parent by the parent's NIR, the child's birth date and sex: `NIR/YYYYMMDD/1`.
 */
export const OPPOSITION = sourceTable({
  name: 'OPPOSITION',
  source: 'referentials',
  cut: 'whole',
  says: 'One opposition of one person to the use of their data.',
  columns: {
    SOURCE: text(8, { values: ['snds', 'bndmr', 'all'] }),
    ID_KIND: key(code(4, 'nir | idmr', { values: ['nir', 'idmr'] })),
    ID: key(text(40, { identity: true, required: true })),
    SCOPE: text(8, { values: ['all', 'source', 'project'] }),
    FROM: date(),
    UNTIL: date({ optional: true }),
  },
})

export const referentialTables = { COMMUNE, DEPRIVATION, FINESS, ORPHA_CIM10 } as const
