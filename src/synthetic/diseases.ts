import { orphaDisorders } from '../sources/index.ts'

/*
 * How often a disease of the invented country is, and how long its diagnosis takes. Invented numbers, not facts
 * about the diseases.
 */

export interface DiseaseCourse {
  readonly men: string
  readonly women: string
  /** Relative frequency among registry patients. */
  readonly weight: number
  /** Median years from first signs to diagnosis in the least deprived fifth, at a reference centre. */
  readonly delay: number
  /** Specialty (PSE_SPE_COD) that is seen first. */
  readonly firstSpecialty: string
}

const LARGE = new Set(['586', '232', '636', '730'])
const MEDIUM = new Set('558 273 803 98896 98878 98879 580 797 791 848 70 355 666 567 2032'.split(' '))
/**
 * Diseases of one sex stand in pairs, a man's and a woman's, with one frequency and one delay: so the planted null
 * holds that the delay is the same for both sexes.
 */
const PAIRS: Readonly<Record<string, string>> = { 98896: '778', 98878: '881', 98879: '536', 580: '90291' }

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

const ofWomenOnly = new Set(Object.values(PAIRS))

export const diseaseCourses: readonly DiseaseCourse[] = orphaDisorders
  .filter(({ code }) => !ofWomenOnly.has(code))
  .map(({ code, group }, index) => ({
    men: code,
    women: PAIRS[code] ?? code,
    weight: (LARGE.has(code) ? 300 : MEDIUM.has(code) ? 100 : 36) * (PAIRS[code] ? 2 : 1),
    delay: 0.8 + 0.25 * (index % 9),
    firstSpecialty: SPECIALTY[group] ?? '01',
  }))

export const totalWeight = diseaseCourses.reduce((sum, { weight }) => sum + weight, 0)

/** Networks of expert centres follow the groups of the diseases; `weight` is that of their patients. */
export const networks: readonly { readonly group: string; readonly weight: number }[] = [
  ...new Set(orphaDisorders.map(({ group }) => group)),
].map((group) => ({
  group,
  weight: diseaseCourses.reduce(
    (sum, { men, women, weight }) =>
      sum + (weight * [men, women].filter((code) => groupOf(code) === group).length) / 2,
    0,
  ),
}))

function groupOf(code: string): string | undefined {
  return orphaDisorders.find((disorder) => disorder.code === code)?.group
}

/** Standard deviation of the logarithm of the delay. */
export const DELAY_SPREAD = 0.8
/** Ratio of the delay of the most deprived fifth to that of the least; the fifths between stand on a geometric scale. */
export const DELAY_RATIO = 1.5
/** Ratio of the delay where a competence centre follows the patient to that of a reference centre. */
export const COMPETENCE_RATIO = 1.25
/** Share of the patients whom a reference centre follows. */
export const AT_REFERENCE_CENTRE = 1 / 3
/** Standard deviation of the logarithm of the severity, whose mean is 1: a coefficient of variation of 1.1. */
export const SEVERITY_SPREAD = 0.89
/** Share of registry patients without an ORPHA code yet. */
export const WITHOUT_ORPHA = 0.27
