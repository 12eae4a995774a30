import { orphaDisorders } from '../sources/index.ts'

/** How often a disease of the invented country is, and how long its diagnosis takes. Invented, not facts. */
export interface DiseaseCourse {
  readonly orpha: string
  /** Relative frequency among registry patients. */
  readonly weight: number
  /** Median years from first signs to diagnosis in the least deprived fifth. */
  readonly delay: number
  readonly firstSpecialty: string
}

const LARGE = new Set(['586', '232', '636', '730'])
const MEDIUM = new Set('98878 558 536 90291 273 803 98896 797 791 881 848 70 355 666 567 2032'.split(' '))
const SPECIALTY: Readonly<Record<string, string>> = {
  respiratory: '13',
  neuromuscular: '32',
  metabolic: '12',
  blood: '12',
  connective: '14',
  developmental: '12',
  immune: '14',
  kidney: '35',
  eye: '15',
  brain: '32',
}

export const diseaseCourses: readonly DiseaseCourse[] = orphaDisorders.map(({ code, group }, index) => ({
  orpha: code,
  weight: LARGE.has(code) ? 300 : MEDIUM.has(code) ? 100 : 36,
  delay: 0.8 + 0.25 * (index % 9),
  firstSpecialty: SPECIALTY[group] ?? '01',
}))

/** Standard deviation of the logarithm of the delay. */
export const DELAY_SPREAD = 0.8
/** Ratio of the delay of the most deprived fifth to that of the least; the fifths between stand on a geometric scale. */
export const DELAY_RATIO = 1.5
/** Ratio of the delay where the patient is followed by a competence centre to that of a reference centre. */
export const COMPETENCE_RATIO = 1.25
/** Standard deviation of the logarithm of the severity, whose mean is 1: a coefficient of variation of 1.1. */
export const SEVERITY_SPREAD = 0.89
/** Share of registry patients without an ORPHA code yet. */
export const WITHOUT_ORPHA = 0.27
