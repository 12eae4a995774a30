import { code, date, digits, finess, key, sourceTable, text } from '../model.ts'

/*
 * The national rare-disease registry (BNDMR) as four tables after the minimal data set SDM-MR. IDMR, NIR and
 * full dates of birth are direct identifiers: only the source process opens them.
 */

const idmr = key(text(20, { identity: true, required: true }))

export const PATIENT = sourceTable({
  name: 'PATIENT',
  source: 'bndmr',
  cut: 'whole',
  says: 'One patient of the registry.',
  columns: {
    IDMR: idmr,
    SEX: text(1, { values: ['1', '2', '9'] }),
    BIRTH_DATE: date({ identity: true }),
    RESIDENCE_COMMUNE: digits(5, 'INSEE'),
    DEATH_DATE: date(),
    NIR: text(15, { identity: true }),
  },
})

export const DIAGNOSIS = sourceTable({
  name: 'DIAGNOSIS',
  source: 'bndmr',
  cut: 'whole',
  says: 'One diagnosis of a patient, suspected or established, with the dates of the odyssey.',
  columns: {
    IDMR: idmr,
    ORPHA: code(8, 'ORPHA'),
    ASSERTION: text(20, { values: ['en cours', 'probable', 'confirmé', 'indéterminé'] }),
    FIRST_SIGNS_DATE: date(),
    FIRST_CONTACT_DATE: date(),
    DIAGNOSIS_DATE: date(),
  },
})

export const ACTIVITY = sourceTable({
  name: 'ACTIVITY',
  source: 'bndmr',
  cut: 'whole',
  says: 'One contact of a patient with an expert centre.',
  columns: {
    IDMR: idmr,
    FINESS: finess(),
    ACTIVITY_DATE: key(date({ required: true })),
    ACTIVITY_KIND: text(20, {
      values: ['consultation', 'hospitalisation', 'hospitalisation de jour', 'autre'],
    }),
    CENTRE_ID: text(12),
  },
})

export const CENTRE = sourceTable({
  name: 'CENTRE',
  source: 'bndmr',
  cut: 'whole',
  says: 'One expert centre: reference (CRMR) or competence (CCMR).',
  columns: {
    CENTRE_ID: key(text(12, { required: true })),
    FINESS: finess(),
    NAME: text(120),
    LABEL: text(4, { values: ['CRMR', 'CCMR'] }),
    NETWORK: text(20),
  },
})

export const bndmrTables = { PATIENT, DIAGNOSIS, ACTIVITY, CENTRE } as const
