/*
 * What can be delivered, done and billed in the invented country. Natures of care (PRS_NAT_REF) and specialties
 * are codes of the SNDS nomenclatures; CIP codes are invented and in a range that is not assigned, prices are
 * round numbers near those of 2018.
 */

export type Item = 'consultation' | 'pharmacy' | 'city_other'

/** Executants: the SNDS code of the specialty (00: not a physician) and how many per 10,000 inhabitants. */
export const executants = [
  { name: 'gp', code: '01', density: 9 },
  { name: 'cardiologist', code: '03', density: 1.2 },
  { name: 'gynaecologist', code: '07', density: 1.2 },
  { name: 'paediatrician', code: '12', density: 1 },
  { name: 'ophthalmologist', code: '15', density: 1.2 },
  { name: 'dermatologist', code: '05', density: 1 },
  { name: 'psychiatrist', code: '33', density: 1.2 },
  { name: 'dentist', code: '19', density: 6 },
  { name: 'radiologist', code: '06', density: 1.2 },
  { name: 'neurologist', code: '32', density: 1 },
  { name: 'pneumologist', code: '13', density: 1 },
  { name: 'pharmacy', code: '00', density: 4 },
  { name: 'laboratory', code: '00', density: 1 },
  { name: 'nurse', code: '00', density: 14 },
  { name: 'physiotherapist', code: '00', density: 10 },
  { name: 'carrier', code: '00', density: 2 },
  { name: 'clinic', code: '00', density: 0.2 },
  { name: 'surgeon', code: '04', density: 1 },
  { name: 'anaesthetist', code: '02', density: 1 },
] as const
export type Executant = (typeof executants)[number]['name']
/** Numbers of executants: eight digits that begin with 99, which no département does. */
export const PROVIDER_BASE = 99_000_000
export const PROVIDERS_PER_KIND = 500

export interface Product {
  readonly name: string
  readonly pool: string
  /** Share of the pool in 256ths. */
  readonly weight: number
  readonly nature: string
  readonly item: Item
  /** Price of one unit in cents; of a supplement line, what the insurance adds (or takes back). */
  readonly price: number
  /** Rate of reimbursement without ALD, percent. With ALD all is at 100. */
  readonly rate: number
  /** Paid above the tariff, cents a unit. */
  readonly overrun?: number
  readonly executant: Executant
  readonly supplement?: { readonly affiliation: number }
  readonly cip13?: string
  readonly atc?: string
  readonly ccam?: string
}

const act = (
  pool: string,
  nature: string,
  executant: Executant,
  rows: readonly (readonly [name: string, weight: number, price: number, rate: number, overrun?: number])[],
  item: Item = 'city_other',
): Product[] =>
  rows.map(([name, weight, price, rate, overrun]) => ({
    name,
    pool,
    weight,
    nature,
    item,
    price,
    rate,
    executant,
    ...(overrun ? { overrun } : {}),
  }))

const visit = (
  pool: string,
  executant: Executant,
  nature: string,
  weight: number,
  price: number,
  overrun = 0,
) => act(pool, nature, executant, [[`visit ${executant}`, weight, price, 70, overrun]], 'consultation')

let drugs = 0
/** An invented CIP13: 34009 990 and a number, with the control digit of an EAN-13. */
function inventedCip13(): string {
  const twelve = `34009990${String(++drugs).padStart(4, '0')}`
  const sum = [...twelve].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3),
    0,
  )
  return twelve + String((10 - (sum % 10)) % 10)
}

export const drug = (pool: string, weight: number, atc: string, price: number, rate: number): Product => ({
  name: `drug ${atc}`,
  pool,
  weight,
  nature: rate === 100 ? '3311' : rate === 65 ? '3313' : rate === 30 ? '3312' : '3341',
  item: 'pharmacy',
  price,
  rate,
  executant: 'pharmacy',
  cip13: inventedCip13(),
  atc,
})

const supplement = (
  pool: string,
  nature: string,
  item: Item,
  price: number,
  affiliation: number,
): Product => ({
  name: `supplement ${nature}`,
  pool,
  weight: 256,
  nature,
  item,
  price,
  rate: 100,
  executant: 'gp',
  supplement: { affiliation },
})

const technical = (
  weight: number,
  nature: string,
  executant: Executant,
  ccam: string,
  price: number,
): Product => ({
  name: `act ${ccam}`,
  pool: 'technical',
  weight,
  nature,
  item: 'city_other',
  price,
  rate: 70,
  executant,
  ccam,
})

export const products: readonly Product[] = [
  ...visit('gp', 'gp', '1111', 256, 2500),
  ...visit('specialist', 'ophthalmologist', '1112', 80, 2800, 1200),
  ...visit('specialist', 'dermatologist', '1112', 48, 2800, 1000),
  ...visit('specialist', 'gynaecologist', '1112', 48, 2800, 1500),
  ...visit('specialist', 'cardiologist', '1112', 40, 5000),
  ...visit('specialist', 'psychiatrist', '1113', 40, 4000, 700),
  ...visit('child', 'paediatrician', '1112', 200, 2800, 500),
  ...visit('child', 'ophthalmologist', '1112', 56, 2800, 1000),
  ...visit('rare', 'neurologist', '1112', 128, 5500),
  ...visit('rare', 'pneumologist', '1112', 128, 5000),
  ...act('dentist', '1451', 'dentist', [
    ['filling', 128, 2692, 70],
    ['scaling', 96, 2892, 70],
    ['root', 32, 3374, 70],
  ]),
  ...act('biology', '3211', 'laboratory', [
    ['blood count', 80, 756, 60],
    ['ionogram', 48, 405, 60],
    ['lipids', 40, 540, 60],
    ['glucose', 48, 135, 60],
    ['thyroid', 24, 702, 60],
    ['other', 16, 1620, 60],
  ]),
  ...act('sample', '3223', 'laboratory', [['sample', 256, 384, 60]]),
  ...act('nurse', '3111', 'nurse', [['injection', 256, 315, 60]]),
  ...act('care', '3112', 'nurse', [['care', 256, 795, 60]]),
  ...act('physio', '3122', 'physiotherapist', [
    ['limb', 128, 1613, 60],
    ['back', 128, 1720, 60],
  ]),
  ...act('transport', '2315', 'carrier', [
    ['taxi', 128, 4200, 65],
    ['ambulance', 48, 8600, 65],
    ['seated', 80, 3600, 65],
  ]),
  ...act('device', '3411', 'carrier', [
    ['dressing', 112, 2800, 60],
    ['orthosis', 80, 4500, 60],
    ['monitor', 48, 6500, 60],
    ['bed', 16, 12000, 60],
  ]),
  technical(64, '1351', 'radiologist', 'ZBQK002', 2128),
  technical(48, '1324', 'radiologist', 'ZCQM008', 5670),
  technical(56, '1352', 'cardiologist', 'DEQP003', 1426),
  technical(40, '1324', 'cardiologist', 'DZQM006', 9649),
  technical(24, '1351', 'radiologist', 'QEQK001', 6642),
  technical(24, '1352', 'dermatologist', 'QZNP005', 2784),
  supplement('participation', '1952', 'consultation', -100, 16),
  supplement('night', '1913', 'consultation', 4000, 1),
  supplement('coordination', '1125', 'consultation', 500, 18),
  supplement('franchise', '1972', 'city_other', -100, 16),
  supplement('carried', '1974', 'city_other', -400, 16),
  drug('drug', 40, 'N02BE01', 216, 65),
  drug('drug', 24, 'A02BC01', 420, 65),
  drug('drug', 20, 'C10AA05', 680, 65),
  drug('drug', 20, 'A10BA02', 310, 65),
  drug('drug', 16, 'B01AC06', 280, 65),
  drug('drug', 16, 'C07AB07', 345, 65),
  drug('drug', 16, 'C09AA05', 520, 65),
  drug('drug', 16, 'H03AA01', 240, 65),
  drug('drug', 12, 'N06AB06', 610, 65),
  drug('drug', 12, 'R03AK06', 3190, 65),
  drug('drug', 12, 'A12AX00', 590, 65),
  drug('drug', 12, 'D07AC01', 270, 30),
  drug('drug', 10, 'B01AF02', 7100, 65),
  drug('drug', 8, 'A10AE04', 4800, 65),
  drug('drug', 8, 'N05BA12', 190, 65),
  drug('drug', 6, 'G03AA07', 330, 65),
  drug('drug', 4, 'L04AB04', 42000, 65),
  drug('drug', 4, 'S01ED51', 2100, 15),
  drug('antibiotic', 112, 'J01CA04', 310, 65),
  drug('antibiotic', 56, 'J01CR02', 640, 65),
  drug('antibiotic', 32, 'J01FA06', 720, 65),
  drug('antibiotic', 24, 'J01MA12', 1130, 65),
  drug('antibiotic', 32, 'J01XX01', 560, 65),
]

export interface Slot {
  readonly slot: number
  readonly pool: string
  /** Share of sheets of the stream that have this line, in 1,024ths. */
  readonly share: number
  /** Whom the line concerns: participations are asked of adults without C2S. */
  readonly asked?: 'adult' | 'paying'
  /** Days after the sheet's first care. */
  readonly shift?: number
  /** How many units: one, one to three boxes (mean 1.4). */
  readonly units?: 'boxes'
}

export interface Stream {
  readonly name: string
  /** Sheets a year by age band: under 2, 2-17, 18-39, 40-59, 60-79, 80 and over. */
  readonly rates: readonly [number, number, number, number, number, number]
  /** Which personal factor multiplies the rate. */
  readonly factor: 'care' | 'drugs' | 'none' | 'severity'
  readonly slots: readonly Slot[]
}

const row = (
  pool: string,
  shares: readonly number[],
  more: Omit<Slot, 'slot' | 'pool' | 'share'> & { every?: number } = {},
): Slot[] => {
  const { every, ...rest } = more
  return shares.map((share, index) => ({
    slot: index,
    pool,
    share,
    ...rest,
    ...(every ? { shift: index * every } : {}),
  }))
}
const numbered = (...groups: readonly Slot[][]): Slot[] =>
  groups.flat().map((slot, index) => ({ ...slot, slot: index + 1 }))
const paid = row('participation', [1024], { asked: 'paying' })

/** The first slot of every stream is always there: it is the line that reversals and doubles copy. */
export const streams: readonly Stream[] = [
  {
    name: 'gp',
    rates: [6, 2.7, 3.3, 4.3, 6.2, 8.6],
    factor: 'care',
    slots: numbered(row('gp', [1024]), paid, row('night', [30]), row('coordination', [60])),
  },
  {
    name: 'specialist',
    rates: [0, 0, 1.6, 1.9, 2.5, 2.1],
    factor: 'care',
    slots: numbered(row('specialist', [1024]), paid, row('coordination', [200])),
  },
  { name: 'child', rates: [3.2, 0.9, 0, 0, 0, 0], factor: 'care', slots: numbered(row('child', [1024])) },
  {
    name: 'dentist',
    rates: [0, 0.7, 0.7, 0.9, 0.9, 0.4],
    factor: 'care',
    slots: numbered(row('dentist', [1024, 512])),
  },
  {
    name: 'pharmacy',
    rates: [3.6, 3.75, 4.6, 10.3, 18.9, 26.2],
    factor: 'drugs',
    slots: numbered(
      row('drug', [1024, 768, 512, 307, 154, 82, 41, 20], { units: 'boxes' }),
      row('franchise', [1024], { asked: 'paying' }),
    ),
  },
  {
    name: 'antibiotic',
    rates: [1.3, 0.85, 0.8, 0.82, 0.95, 1.1],
    factor: 'care',
    slots: numbered(
      row('antibiotic', [1024]),
      row('drug', [819, 410], { units: 'boxes' }),
      row('franchise', [1024], { asked: 'paying' }),
    ),
  },
  {
    name: 'biology',
    rates: [0.6, 0.65, 2, 2.9, 4.5, 5.8],
    factor: 'care',
    slots: numbered(row('biology', [1024, 1024, 819, 614, 512, 410, 307]), row('sample', [1024])),
  },
  {
    name: 'nurse',
    rates: [0.2, 0.2, 0.8, 2.1, 6.2, 16],
    factor: 'care',
    slots: numbered(row('nurse', [1024, 1024]), row('care', [768, 512, 512, 307], { every: 1 })),
  },
  {
    name: 'physio',
    rates: [0.3, 0.35, 1.1, 1.7, 2.2, 2.3],
    factor: 'care',
    slots: numbered(row('physio', [1024, 1024, 1024, 819, 717, 614, 512], { every: 3 })),
  },
  {
    name: 'transport',
    rates: [0.02, 0.08, 0.1, 0.25, 0.65, 1.6],
    factor: 'care',
    slots: numbered(row('transport', [1024, 922]), row('carried', [1024], { asked: 'paying' })),
  },
  {
    name: 'technical',
    rates: [0.1, 0.3, 0.6, 1.1, 1.8, 1.6],
    factor: 'care',
    slots: numbered(row('technical', [1024, 205])),
  },
  {
    name: 'device',
    rates: [0.1, 0.25, 0.3, 0.5, 0.9, 1.5],
    factor: 'care',
    slots: numbered(row('device', [1024])),
  },
  // Care that the rare disease asks for: the rate is per patient, the amount comes with the disease.
  {
    name: 'rare visit',
    rates: [3, 3, 3, 3, 3, 3],
    factor: 'severity',
    slots: numbered(row('rare', [1024]), paid),
  },
  {
    name: 'rare drug',
    rates: [12, 12, 12, 12, 12, 12],
    factor: 'none',
    slots: numbered(row('rare drug', [1024])),
  },
]
