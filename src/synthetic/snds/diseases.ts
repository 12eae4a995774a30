/*
 * What each rare disease of the invented country asks for in a year, at severity 1. The amounts are invented:
 * they order the diseases plausibly and tell nothing about the real ones. CIM-10 and ALD are the usual codes.
 */

export interface DiseaseCare {
  readonly orpha: string
  readonly cim10: string
  readonly ald: string
  /** Drugs delivered in city, euros a year, and the price of one box. */
  readonly drugs: number
  readonly box: number
  /** Hospital stays for the disease, a year. */
  readonly stays: number
}

const care = (
  orpha: string,
  cim10: string,
  ald: string,
  drugs: number,
  box: number,
  stays: number,
): DiseaseCare => ({ orpha, cim10, ald, drugs, box, stays })

export const diseaseCare: readonly DiseaseCare[] = [
  care('586', 'E849', '18', 14400, 400, 0.9),
  care('244', 'J988', '14', 2400, 50, 0.5),
  care('2032', 'J841', '14', 16800, 700, 0.9),
  care('422', 'I270', '14', 19200, 800, 1),
  care('60', 'E880', '14', 7200, 300, 0.4),
  care('98896', 'G710', '9', 4800, 200, 1),
  care('273', 'G711', '9', 1200, 25, 0.6),
  care('803', 'G122', '9', 3600, 100, 1.4),
  care('70', 'G120', '9', 26400, 1100, 1.1),
  care('269', 'G710', '9', 720, 20, 0.3),
  care('355', 'E752', '17', 30000, 1250, 0.6),
  care('324', 'E752', '17', 28800, 1200, 0.6),
  care('365', 'E740', '17', 31200, 1300, 0.8),
  care('716', 'E700', '17', 6000, 125, 0.2),
  care('580', 'E761', '17', 33600, 1400, 1),
  care('905', 'E830', '17', 2160, 60, 0.3),
  care('79318', 'E778', '17', 1200, 50, 0.9),
  care('61', 'E771', '17', 24000, 1000, 0.8),
  care('848', 'D561', '10', 7200, 200, 1.3),
  care('232', 'D570', '10', 2400, 40, 1.5),
  care('98878', 'D66', '11', 28800, 1200, 0.4),
  care('98879', 'D67', '11', 26400, 1100, 0.4),
  care('774', 'I780', '99', 1200, 25, 0.5),
  care('558', 'Q874', '99', 600, 10, 0.4),
  care('285', 'Q796', '99', 900, 15, 0.5),
  care('286', 'Q796', '99', 1200, 20, 0.8),
  care('666', 'Q780', '99', 1440, 40, 0.6),
  care('648', 'Q871', '99', 1800, 75, 0.5),
  care('904', 'Q938', '99', 600, 10, 0.5),
  care('881', 'Q969', '99', 4800, 200, 0.2),
  care('567', 'D821', '7', 1440, 40, 0.6),
  care('199', 'Q871', '99', 960, 20, 0.7),
  care('138', 'Q878', '99', 1200, 25, 0.9),
  care('90291', 'M349', '21', 6000, 250, 0.9),
  care('536', 'M321', '21', 3600, 100, 0.7),
  care('797', 'D869', '14', 1800, 50, 0.5),
  care('183', 'M301', '21', 9600, 400, 0.7),
  care('730', 'Q612', '19', 4800, 200, 0.5),
  care('3337', 'N258', '19', 6000, 125, 0.4),
  care('791', 'H355', '99', 480, 10, 0.2),
  care('827', 'H355', '99', 360, 10, 0.2),
  care('399', 'G10', '9', 2400, 50, 0.6),
  care('33069', 'G404', '9', 9600, 200, 1.1),
  care('778', 'F842', '9', 2400, 50, 0.9),
  care('805', 'Q851', '99', 6000, 250, 0.6),
  care('636', 'Q850', '99', 1200, 50, 0.4),
  care('2382', 'G404', '9', 7200, 150, 1),
]

/** A disease that is not of the list asks for this. */
export const otherDisease: DiseaseCare = care('', 'Q899', '99', 2400, 50, 0.6)
