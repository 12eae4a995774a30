import {
  type Column,
  code,
  date,
  digits,
  euros,
  finess,
  integer,
  key,
  month,
  required,
  sourceTable,
  text,
  year,
} from '../model.ts'

/*
 * Tables of the SNDS that the chain reads so far. Names, types and lengths are facts of the published table
 * schemas (health-data-hub, schema-snds 2020), put right where those are known to be wrong: ETA_NUM is text
 * everywhere, return codes are characters, keys have one length. Codes are text even where the schema says
 * integer, because deliveries write them both ways.
 */

/** Project extractions of the CNAM carry NUM_ENQ in the place of BEN_NIR_PSA and NIR_ANO_17. */
const psa = () => text(17, { pseudonym: true, also: ['NUM_ENQ'], required: true })
/** Whether NIR_ANO_17 is the fixed value of a stay that could not be pseudonymised. */
const dummy: Column<'boolean'> = { type: 'boolean', dummyOf: 'NIR_ANO_17' }
const NOT_DEAD = { missing: '1600-01-01', means: 'alive or unknown' } as const
const STILL_OPEN = { missing: '1600-01-01', means: 'still open' } as const

/** The nine keys that join ER_PRS_F and its refinements, one to many. */
export const nineKeys = {
  DCT_ORD_NUM: key(integer()),
  FLX_DIS_DTD: key(date()),
  FLX_TRT_DTD: key(date()),
  FLX_EMT_TYP: key(integer()),
  FLX_EMT_NUM: key(integer()),
  FLX_EMT_ORD: key(integer()),
  ORG_CLE_NUM: key(text(9)),
  PRS_ORD_NUM: key(integer()),
  REM_TYP_AFF: key(integer()),
} as const

/** A refinement that lacks one of them cannot be joined to its line. */
const joined = Object.fromEntries(
  Object.entries(nineKeys).map(([column, spec]) => [column, required(spec as Column)]),
) as unknown as typeof nineKeys

export const IR_BEN_R = sourceTable({
  name: 'IR_BEN_R',
  source: 'snds',
  cut: 'whole',
  alsoByYear: true,
  says: 'One beneficiary: an insured person’s number as the scheme knows it, with the rank of twins.',
  columns: {
    BEN_NIR_PSA: key(psa()),
    BEN_RNG_GEM: key(integer()),
    BEN_NIR_ANO: text(17, { pseudonym: true, optional: true }),
    BEN_IDT_ANO: text(17, { pseudonym: true, optional: true }),
    BEN_IDT_TOP: text(1, { optional: true }),
    BEN_CDI_NIR: digits(2, 'IR_CDI_V', { optional: true }),
    BEN_NAI_ANN: year(),
    BEN_NAI_MOI: month(),
    BEN_SEX_COD: code(1, 'IR_SEX_V', { values: ['0', '1', '2', '9'] }),
    BEN_DCD_DTE: date({ ...NOT_DEAD, optional: true }),
    BEN_RES_DPT: digits(3, 'IR_DPT_V', { optional: true }),
    BEN_RES_COM: digits(3, 'INSEE', { optional: true }),
    ORG_AFF_BEN: text(9, { optional: true, also: ['BEN_ORG_AFF'] }),
    BEN_TOP_CNS: text(1, { optional: true }),
    MAX_TRT_DTD: date({ optional: true }),
  },
})

export const IR_IMB_R = sourceTable({
  name: 'IR_IMB_R',
  source: 'snds',
  cut: 'whole',
  alsoByYear: true,
  says: 'One long-term illness (ALD) of a beneficiary.',
  columns: {
    BEN_NIR_PSA: key(psa()),
    BEN_RNG_GEM: integer({ optional: true }),
    IMB_ALD_NUM: code(2, 'IR_ALD_V'),
    IMB_ALD_DTD: date(),
    IMB_ALD_DTF: date({ ...STILL_OPEN }),
    IMB_ETM_NAT: digits(2, 'IR_ETM_V', { optional: true }),
    MED_MTF_COD: code(5, 'CIM-10', { optional: true }),
  },
})

export const ER_PRS_F = sourceTable({
  name: 'ER_PRS_F',
  source: 'snds',
  cut: 'flow',
  says: 'One line of a care sheet reimbursed in city or private care (DCIR).',
  amount: ['BSE_REM_MNT', 'CPL_REM_MNT'],
  columns: {
    ...nineKeys,
    BEN_NIR_PSA: key(psa()),
    BEN_RNG_GEM: integer({ optional: true }),
    EXE_SOI_DTD: required(date()),
    EXE_SOI_DTF: date({ optional: true }),
    PRE_PRE_DTD: date({ optional: true }),
    PRS_NAT_REF: code(5, 'IR_NAT_V'),
    BSE_PRS_NAT: code(5, 'IR_NAT_V', { optional: true }),
    CPL_MAJ_TOP: integer({ optional: true }),
    CPL_AFF_COD: integer({ optional: true }),
    DPN_QLF: integer({ optional: true }),
    PRS_DPN_QLP: integer({ optional: true }),
    PRS_ACT_QTE: { type: 'decimal(8,2)', optional: true },
    PRS_PAI_MNT: euros({ optional: true }),
    BSE_REM_BSE: euros({ optional: true }),
    BSE_REM_MNT: euros({ optional: true }),
    CPL_REM_BSE: euros({ optional: true }),
    CPL_REM_MNT: euros({ optional: true }),
    RGO_REM_TAU: { type: 'decimal(5,2)', optional: true },
    PSE_SPE_COD: digits(2, 'IR_SPE_V', { optional: true }),
    PSP_SPE_COD: digits(2, 'IR_SPE_V', { optional: true }),
    PFS_EXE_NUM: text(8, { optional: true }),
    PFS_PRE_NUM: text(8, { optional: true }),
    ETB_PRE_FIN: finess({ optional: true }),
    BEN_CMU_TOP: text(1, { optional: true }),
    BEN_RES_DPT: digits(3, 'IR_DPT_V', { optional: true }),
    BEN_RES_COM: digits(3, 'INSEE', { optional: true }),
    RGM_COD: digits(3, 'IR_RGM_V', { optional: true }),
    RGM_GRG_COD: code(2, 'IR_GRG_V', { optional: true }),
  },
})

export const ER_PHA_F = sourceTable({
  name: 'ER_PHA_F',
  source: 'snds',
  cut: 'flow',
  says: 'The drug of a pharmacy line: CIP code and signed number of boxes.',
  columns: {
    ...joined,
    PHA_PRS_C13: required(code(13, 'IR_PHA_R')),
    PHA_ACT_QSN: integer(),
    PHA_ACT_PRU: euros({ optional: true }),
    PHA_DEC_TOP: text(1, { optional: true }),
    PHA_DEC_QSU: integer({ optional: true }),
    PHA_DEC_PRU: euros({ optional: true }),
    PHA_SEQ_RNV: integer({ optional: true }),
  },
})

export const ER_CAM_F = sourceTable({
  name: 'ER_CAM_F',
  source: 'snds',
  cut: 'flow',
  says: 'The technical act (CCAM) of a line.',
  columns: {
    ...joined,
    CAM_PRS_IDE: required(code(13, 'CCAM')),
    CAM_ACT_COD: text(1, { optional: true }),
    CAM_TRT_PHA: integer({ optional: true }),
    CAM_REM_BSE: euros({ optional: true }),
    CAM_ASS_COD: text(1, { optional: true }),
    CAM_MOD_COD: text(4, { optional: true }),
  },
})

export const ER_ETE_F = sourceTable({
  name: 'ER_ETE_F',
  source: 'snds',
  cut: 'flow',
  says: 'The institution of a line, for care given in one.',
  columns: {
    ...joined,
    ETB_EXE_FIN: finess({ optional: true }),
    ETE_IND_TAA: required(integer()),
    ETE_GHS_NUM: code(4, 'GHS', { optional: true }),
    PRS_PPU_SEC: code(1, 'IR_PPU_V', { optional: true }),
    ETE_CAT_COD: code(3, 'IR_CET_V', { optional: true }),
    MDT_COD: code(2, 'IR_MDT_V', { optional: true }),
  },
})

const stay = {
  ETA_NUM: key(finess({ required: true })),
  RSA_NUM: key(text(10, { required: true, number: true })),
} as const
const visit = {
  ETA_NUM: key(finess({ required: true })),
  SEQ_NUM: key(text(10, { required: true, number: true })),
} as const
const returned = (extra: { optional?: true } = {}) => text(1, extra)

/** Stays end in the year of their table. */
export const T_MCO_B = sourceTable({
  name: 'T_MCO_B',
  source: 'snds',
  cut: 'year',
  says: 'One stay in a short-stay hospital (MCO): diagnoses, group (GHM), ways in and out.',
  columns: {
    ...stay,
    DGN_PAL: code(6, 'CIM-10'),
    DGN_REL: code(6, 'CIM-10', { optional: true }),
    GRG_GHM: code(6, 'GHM'),
    GHS_NUM: code(4, 'GHS', { optional: true }),
    AGE_ANN: integer({ optional: true }),
    AGE_JOU: integer({ optional: true }),
    COD_SEX: text(1, { optional: true }),
    BDI_DEP: digits(2, 'département', { optional: true }),
    BDI_COD: digits(5, 'PMSI geographic code', { optional: true }),
    SOR_ANN: year({ optional: true }),
    SOR_MOI: month({ optional: true }),
    ENT_MOD: text(1, { optional: true }),
    ENT_PRV: text(1, { optional: true }),
    SOR_MOD: text(1, { optional: true }),
    SOR_DES: text(1, { optional: true }),
    SEJ_NBJ: integer({ optional: true }),
    SEJ_TYP: text(1, { optional: true }),
    TYP_GEN_RSA: text(1, { optional: true }),
  },
})

export const T_MCO_C = sourceTable({
  name: 'T_MCO_C',
  source: 'snds',
  cut: 'year',
  says: 'Whose stay it is, and when; with the return codes of the chaining.',
  columns: {
    ...stay,
    NIR_ANO_17: psa(),
    NIR_ANO_DUMMY: dummy,
    EXE_SOI_DTD: date(),
    EXE_SOI_DTF: date(),
    SEJ_NUM: text(5, { optional: true }),
    NIR_RET: returned(),
    NAI_RET: returned(),
    SEX_RET: returned(),
    SEJ_RET: returned({ optional: true }),
    FHO_RET: returned({ optional: true }),
    PMS_RET: returned({ optional: true }),
    DAT_RET: returned({ optional: true }),
    COH_NAI_RET: returned({ optional: true }),
    COH_SEX_RET: returned({ optional: true }),
  },
})

export const T_MCO_D = sourceTable({
  name: 'T_MCO_D',
  source: 'snds',
  cut: 'year',
  says: 'One secondary diagnosis of a stay.',
  columns: { ...stay, ASS_DGN: required(code(6, 'CIM-10')) },
})

export const T_MCO_A = sourceTable({
  name: 'T_MCO_A',
  source: 'snds',
  cut: 'year',
  says: 'One act (CCAM) done during a stay.',
  columns: {
    ...stay,
    CDC_ACT: required(code(13, 'CCAM')),
    NBR_EXE_ACT: integer({ optional: true }),
    ENT_DAT_DEL: integer({ optional: true }),
  },
})

export const T_MCO_UM = sourceTable({
  name: 'T_MCO_UM',
  source: 'snds',
  cut: 'year',
  says: 'One passage in a medical unit during a stay, with the geographic site.',
  columns: {
    ...stay,
    UM_ORD_NUM: integer({ optional: true }),
    DGN_PAL: code(6, 'CIM-10', { optional: true }),
    DGN_REL: code(6, 'CIM-10', { optional: true }),
    AUT_TYP1_UM: text(4, { optional: true }),
    ETA_NUM_GEO: finess({ optional: true }),
    PAR_DUR_SEJ: integer({ optional: true }),
  },
})

export const T_MCO_VALO = sourceTable({
  name: 'T_MCO_VALO',
  source: 'snds',
  cut: 'year',
  says: 'What a public stay was worth.',
  amount: ['MNT_TOT_AM'],
  columns: {
    ...stay,
    VALO: required(text(1)),
    GHS_NUM: code(4, 'GHS', { optional: true }),
    MNT_TOT_AM: required(euros()),
    MNT_TOT_BR: euros({ optional: true }),
    MNT_GHS_AM: euros({ optional: true }),
  },
})

export const T_MCO_CSTC = sourceTable({
  name: 'T_MCO_CSTC',
  source: 'snds',
  cut: 'year',
  says: 'Whose hospital outpatient visit (ACE) it is, and when.',
  columns: {
    ...visit,
    NIR_ANO_17: psa(),
    NIR_ANO_DUMMY: dummy,
    EXE_SOI_DTD: date(),
    EXE_SOI_DTF: date({ optional: true }),
    NIR_RET: returned(),
    NAI_RET: returned(),
    SEX_RET: returned(),
    IAS_RET: returned({ optional: true }),
    ENT_DAT_RET: returned({ optional: true }),
  },
})

export const T_MCO_FASTC = sourceTable({
  name: 'T_MCO_FASTC',
  source: 'snds',
  cut: 'year',
  says: 'The invoice of a hospital outpatient visit.',
  amount: ['PH_AMO_MNR', 'HON_AM_MNR'],
  columns: {
    ...visit,
    COD_SEX: text(1, { optional: true }),
    AGE_ANN: integer({ optional: true }),
    BDI_DEP: digits(2, 'département', { optional: true }),
    BDI_COD: digits(5, 'PMSI geographic code', { optional: true }),
    ETA_NUM_GEO: finess({ optional: true }),
    PH_MNT: euros({ optional: true }),
    PH_AMO_MNR: euros({ optional: true }),
    HON_MNT: euros({ optional: true }),
    HON_AM_MNR: euros({ optional: true }),
  },
})

export const T_MCO_FCSTC = sourceTable({
  name: 'T_MCO_FCSTC',
  source: 'snds',
  cut: 'year',
  says: 'One fee of a hospital outpatient visit: consultation, specialty, amounts.',
  amount: ['AMO_MNR'],
  columns: {
    ...visit,
    ACT_COD: required(code(5, 'IR_ACT_COD')),
    EXE_SPE: digits(2, 'IR_SPE_V', { optional: true }),
    ACT_NBR: integer({ optional: true }),
    REM_BAS: euros({ optional: true }),
    HON_MNT: euros({ optional: true }),
    AMO_MNR: euros({ optional: true }),
  },
})

export const T_MCO_FMSTC = sourceTable({
  name: 'T_MCO_FMSTC',
  source: 'snds',
  cut: 'year',
  says: 'One technical act (CCAM) of a hospital outpatient visit.',
  columns: { ...visit, CCAM_COD: required(code(13, 'CCAM')) },
})

export const sndsTables = {
  IR_BEN_R,
  IR_IMB_R,
  ER_PRS_F,
  ER_PHA_F,
  ER_CAM_F,
  ER_ETE_F,
  T_MCO_B,
  T_MCO_C,
  T_MCO_D,
  T_MCO_A,
  T_MCO_UM,
  T_MCO_VALO,
  T_MCO_CSTC,
  T_MCO_FASTC,
  T_MCO_FCSTC,
  T_MCO_FMSTC,
} as const
