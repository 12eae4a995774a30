/*
 * Stays of short-stay hospitals (MCO): groups (GHM) and tariffs near those of 2018 for the public sector, with
 * what they are for. Amounts are cents of the tariff before the share that the insurance pays.
 */

export interface StayType {
  readonly pool: StayPool
  /** Share of the pool in 256ths. */
  readonly weight: number
  readonly ghm: string
  readonly ghs: string
  readonly diagnosis: string
  readonly related?: string
  readonly ccam?: string
  readonly tariff: number
}
export type StayPool =
  | 'day'
  | 'night'
  | 'delivery'
  | 'newborn'
  | 'dialysis'
  | 'chemotherapy'
  | 'rare'
  | 'rare day'
  | 'contact'

const stay = (
  pool: StayPool,
  weight: number,
  ghm: string,
  ghs: string,
  diagnosis: string,
  tariff: number,
  more: { related?: string; ccam?: string } = {},
): StayType => ({ pool, weight, ghm, ghs, diagnosis, tariff, ...more })

export const stayTypes: readonly StayType[] = [
  stay('day', 64, '02C05J', '441', 'H251', 128600, { ccam: 'BFGA004' }),
  stay('day', 64, '06K04J', '2055', 'Z121', 69700, { ccam: 'HHQE005' }),
  stay('day', 24, '03C14J', '783', 'J353', 82400, { ccam: 'FAFA002' }),
  stay('day', 32, '08C44J', '2739', 'M232', 131000, { ccam: 'NFFC004' }),
  stay('day', 32, '23M20T', '7991', 'Z098', 54600),
  stay('day', 24, '05K06T', '1736', 'I208', 118000, { ccam: 'DDQH009' }),
  stay('day', 16, '10M90Z', '3801', 'E119', 61200),
  stay('night', 40, '05M092', '1796', 'I500', 395000),
  stay('night', 32, '04M052', '1144', 'J180', 348000),
  stay('night', 24, '08C471', '2764', 'S7200', 612000, { ccam: 'NBCA005' }),
  stay('night', 24, '08C241', '2682', 'M170', 545000, { ccam: 'NFKA007' }),
  stay('night', 32, '06M032', '2094', 'K573', 262000),
  stay('night', 24, '01M302', '412', 'I639', 436000),
  stay('night', 24, '11M041', '4053', 'N10', 241000),
  stay('night', 24, '06C091', '1982', 'K358', 288000, { ccam: 'HHFA016' }),
  stay('night', 16, '23M20Z', '7992', 'R53', 251000),
  stay('night', 16, '10M021', '3779', 'E117', 322000),
  stay('delivery', 192, '14Z14A', '5320', 'O800', 244000, { ccam: 'JQGD010' }),
  stay('delivery', 64, '14C08A', '5296', 'O820', 327000, { ccam: 'JQGA002' }),
  stay('newborn', 256, '15M05A', '5903', 'Z380', 112000),
  stay('dialysis', 256, '28Z04Z', '9605', 'Z491', 31500, { ccam: 'JVJF004' }),
  stay('chemotherapy', 256, '28Z07Z', '9606', 'Z511', 38500, { related: 'C509' }),
  stay('rare', 128, '23M202', '7993', '', 420000),
  stay('rare', 128, '23M203', '7994', '', 560000),
  stay('contact', 256, '23M20Z', '7992', '', 152000),
  stay('rare day', 256, '23M20T', '7991', '', 64000),
]

/** Error groups: what a grouper returns when the record of a stay cannot be grouped. */
export const ERROR_GROUP = { ghm: '90Z00Z', ghs: '9999' } as const

export interface StayStream {
  readonly name: string
  readonly pool: StayPool
  readonly rates: readonly [number, number, number, number, number, number]
  readonly who: 'all' | 'women' | 'renal' | 'cancer' | 'rare'
  readonly nights: boolean
}

export const stayStreams: readonly StayStream[] = [
  { name: 'day', pool: 'day', rates: [0.106, 0.043, 0.097, 0.142, 0.235, 0.193], who: 'all', nights: false },
  {
    name: 'night',
    pool: 'night',
    rates: [0.192, 0.038, 0.055, 0.085, 0.188, 0.394],
    who: 'all',
    nights: true,
  },
  { name: 'delivery', pool: 'delivery', rates: [0, 0, 0.078, 0.001, 0, 0], who: 'women', nights: true },
  { name: 'dialysis', pool: 'dialysis', rates: [150, 150, 150, 150, 150, 150], who: 'renal', nights: false },
  { name: 'chemotherapy', pool: 'chemotherapy', rates: [8, 8, 8, 8, 8, 8], who: 'cancer', nights: false },
]

/** Nights of a stay with at least one, in 64ths of the distribution: mean 5.77 (births have 4). */
export const nights: readonly number[] = [
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5,
  5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 8, 8, 9, 9, 10, 10, 11, 12, 12, 13, 14, 15, 17, 16, 19, 16, 20,
]

/** Secondary diagnoses, drawn for stays. */
export const secondary = ['I10', 'E119', 'Z921', 'N189', 'J449', 'E669', 'I480', 'F329'] as const

/** Hospital outpatient visits (ACE): fees in cents, rate of reimbursement without ALD. */
export const visitStreams = [
  { name: 'visit', rates: [0.6, 0.35, 0.4, 0.52, 0.85, 0.9], fees: [['CS', 2800, 70]] },
  {
    name: 'emergency',
    rates: [0.6, 0.36, 0.34, 0.25, 0.27, 0.52],
    fees: [
      ['ATU', 2528, 80],
      ['C', 2500, 70],
    ],
  },
] as const
export const contactFees = [['CS', 5500, 70]] as const
/** Specialties that see outpatients in hospitals. */
export const visitSpecialties = ['03', '13', '32', '09', '08', '14', '42', '12'] as const

/** Shares of public hospitals that bill the insurance directly, in percent of a year. */
export const directBilling: Readonly<Record<number, number>> = { 2016: 8, 2017: 15, 2018: 25, 2019: 35 }
