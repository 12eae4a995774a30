import { count, decimal, percent, ratio, years } from '../../page/index.ts'
import type { Interval } from './finding.ts'
import type { Messages } from './messages.fr.ts'

const ci = (low: string, high: string): string => `95%\u00a0CI ${low} to ${high}`
const times = (r: Interval): string =>
  `${ratio(r.value, 'en')} (${ci(ratio(r.low, 'en'), ratio(r.high, 'en'))})`
const plural = (n: number, one: string): string => (n === 1 ? one : `${one}s`)

/** Every sentence of the report in English. */
export const en: Messages = {
  invented: 'Invented data',
  inventedWhy:
    'This report is made from invented data (données inventées): no number in it says anything about a real disease, hospital or person.',
  skip: 'Skip to the content',
  contents: 'Contents',
  question:
    'What do rare diseases cost, how long does it take to name them, and is it the same for everyone?',
  population: 'Population',
  populationIs: (patients, linked) =>
    `${patients} patients of the national rare-disease registry, ${linked} of them linked with the health insurance claims`,
  period: 'Period',
  periodIs: (from, until) => `${from} to ${until}`,
  permit: 'Permit',
  dataVersion: 'Data version',
  date: 'Date',
  careful: 'Read with care',
  carefulPoints: [
    'The registry knows patients seen in expert centres: those who never came are missing, and the longest delays with them.',
    'Costs are those of all the patient’s care, not of the rare disease alone: this is not an excess cost.',
    'A difference between centres or regions says nothing about quality of care: how severe the patients are is not known.',
  ],
  keyFigures: 'Key figures',
  interval: (low, high) => `95%\u00a0CI: ${low} to ${high}`,
  countNote: 'count',
  keyPatients: 'patients in the study',
  keyLinked: (share) => `${share} of them linked`,
  keyCost: 'per patient and year, paid by the mandatory insurance',
  keyDelay: 'between first signs and diagnosis, for one patient in two',
  keyDelayRatio: 'times the delay of the least deprived fifth, in the most deprived',
  notShown: 'not shown',
  hidden: 'hidden (rule of 11)',
  hiddenShort: 'hidden',
  beyond: 'not reached',
  none: 'Nothing can be shown here: every cell has too few persons.',
  hiddenCount: (n) =>
    n === 0
      ? 'No cell is hidden.'
      : n === 1
        ? 'One cell is hidden: it has fewer than 11 persons, or would give away one that does.'
        : `${count(n, 'en')} cells are hidden: each has fewer than 11 persons, or would give away one that does.`,
  source: (n) => `Source: BNDMR and SNDS, ${n} persons.`,
  asTable: 'See as a table',
  csv: 'Download (CSV)',
  query: 'Query',
  figure: (n) => `Figure ${n}`,

  sections: {
    patients: 'The patients',
    costs: 'The costs',
    delay: 'The delay to diagnosis',
    pathway: 'First steps of care',
    inequality: 'Inequalities, in one figure',
    methods: 'Methods',
    limits: 'Limits: who is not in these data',
    disclosure: 'Protection of persons',
    lineage: 'Where each number comes from',
    again: 'Make this report again',
  },

  patientsByGroup: (group, n, share) => `The largest group is “${group}”: ${n} patients, ${share} of all`,
  patientsByGroupAbout: 'Patients by group of diseases (one primary disease per patient); linked patients.',
  patientsByDisease: (diseases) => `${diseases} diseases have enough patients to be shown`,
  patientsByDiseaseAbout:
    'Patients by primary disease, a confirmed diagnosis first, otherwise the earliest; linked patients.',
  patientsTableAbout: 'Patients by each characteristic. Centres have numbers of this project only.',
  patientsTable: 'Sex, age, territory and deprivation of the patients',

  costByItem: (item, share, total) =>
    `First item: ${item}, ${share} of the ${total} spent per patient and year`,
  costByItemAbout:
    'Cost per patient-year by item, all causes, mandatory insurance, euros per 365.25 observed days; linked patients.',
  costByDisease: (first, last, sure) =>
    sure
      ? `The highest cost is that of: ${first}; the lowest, that of: ${last}`
      : 'The intervals of the diseases overlap: it cannot be said which costs most',
  costByDiseaseAbout: 'Cost per patient-year by disease, all causes, euros; linked patients.',
  costByQuintile: {
    more: (r) =>
      `At equal disease and age, patients of the most deprived fifth cost ${times(r)} times as much as those of the least deprived`,
    less: (r) =>
      `At equal disease and age, patients of the most deprived fifth cost less: ${times(r)} times the cost of the least deprived`,
    unclear: (r) =>
      `No difference in cost can be seen between the most and the least deprived fifth: ratio ${times(r)}`,
    unknown: () => 'Costs cannot be compared between fifths of deprivation',
  },
  costByQuintileAbout:
    'Cost per patient-year by deprivation of the commune (fifth 1: the least deprived), euros. The ratio compares at equal disease and age.',
  amongCosts: (out, told, what) =>
    out === 0
      ? `No ${what} stands clearly apart from the others in cost, at equal disease and age`
      : `${count(out, 'en')} ${plural(out, what)} of ${count(told, 'en')} ${out === 1 ? 'stands' : 'stand'} apart from the others in cost, at equal disease and age`,
  amongDelays: (out, told, what) =>
    out === 0
      ? `No ${what} stands clearly apart from the usual delay, within the same diseases`
      : `${count(out, 'en')} ${plural(out, what)} of ${count(told, 'en')} ${out === 1 ? 'stands' : 'stand'} apart from the usual delay, within the same diseases`,
  byChance: (expected) =>
    `With so many comparisons, chance alone would bring out about ${decimal(expected, 'en', 1)}.`,
  costByRegionAbout: 'Cost per patient-year by region of residence, euros; linked patients.',
  costByCentreAbout:
    'Cost per patient-year by main expert centre, under the number that the project gives it, euros; linked patients.',
  matrixTitle: (out, told, what, by) => {
    const among = { quintile: 'between fifths', region: 'between regions', site: 'between centres' }[by]
    return out === 0
      ? `No clear difference in ${what} ${among} is seen in the diseases or groups that can be shown (${count(told, 'en')})`
      : `A clear difference in ${what} ${among} is seen in ${count(out, 'en')} of the ${count(told, 'en')} diseases or groups`
  },
  apart:
    'Clear: at least two 95% intervals that do not touch. With so many cells, chance can set a few apart.',
  costMatrixAbout: (by) =>
    `Cost per patient-year, euros, by disease (at least 150 patients, the others by group) and ${by}; intervals in the table.`,
  by: {
    quintile: 'fifth of deprivation',
    region: 'region',
    site: 'centre (the 30 largest, the others by kind)',
  },

  delayPooled: (r) =>
    `One patient in two waits more than ${years(r.value, 'en')} (${ci(years(r.low, 'en'), years(r.high, 'en'))}) between first signs and diagnosis`,
  delayPooledUnknown: 'The median delay to diagnosis cannot be shown',
  delayPooledAbout:
    'Share of patients still without a diagnosis by years since first signs (Kaplan-Meier); all patients whose dates are known, those without an ORPHA code included.',
  delayByQuintile: {
    more: (r) =>
      `Diagnosis comes ${times(r)} times later in the most deprived fifth than in the least deprived`,
    less: (r) =>
      `Diagnosis comes earlier in the most deprived fifth: ${times(r)} times the delay of the least deprived`,
    unclear: (r) =>
      `No difference in delay can be seen between the most and the least deprived fifth: ratio ${times(r)}`,
    unknown: () => 'Delays cannot be compared between fifths of deprivation',
  },
  delayByQuintileAbout:
    'Share of patients still without a diagnosis by years since first signs, by fifth of deprivation of the commune.',
  delayByDisease: (first, last, sure) =>
    sure
      ? `The longest median delay is that of: ${first}; the shortest, that of: ${last}`
      : 'The intervals of the diseases overlap: it cannot be said which is named last',
  delayByDiseaseAbout:
    'Median delay between first signs and diagnosis by disease, in years; linked patients.',
  delayByRegionAbout: 'Median delay between first signs and diagnosis by region of residence, in years.',
  delayByCentreAbout:
    'Median delay between first signs and diagnosis by main expert centre (number of the project), in years; linked patients.',
  delayMatrixAbout: (by) =>
    `Median delay in years, by disease (at least 150 patients, the others by group) and ${by}; linked patients; intervals in the table.`,
  without: 'still without a diagnosis',
  sinceFirstSigns: 'years since first signs',

  pathway: (share, care) =>
    `After the first contact with an expert centre, the most frequent next care is: ${care} (${share})`,
  pathwayUnknown: 'The first steps of care cannot be shown',
  pathwayAbout: (entrants) =>
    `First four steps of care in the year after the first contact, for ${entrants} linked patients whose contact falls in the period. The same kind of care twice in a row is one step.`,
  step: (n) => (n === 0 ? 'Entry' : `Step ${n}`),
  mergedNodes: (names) => `“Other” holds what is too rare to be shown: ${names}.`,

  contrasts: {
    costQuintile: 'Cost: most / least deprived fifth',
    delayQuintile: 'Delay: most / least deprived fifth',
    costLabel: 'Cost: centres of competence / reference',
    delayLabel: 'Delay: centres of competence / reference',
    costSex: 'Cost: women / men',
    delaySex: 'Delay: women / men',
  },
  contrastsTitle: (out) =>
    out.length === 0
      ? 'None of the comparisons shows a difference'
      : `A difference is seen for: ${out.join('; ')}`,
  contrastsAbout:
    'Ratios of costs (at equal disease and age) and of median delays, with their 95% intervals; 1 is no difference. An interval that holds 1 excludes neither equality nor a difference too small for these data.',

  columns: {
    disease: 'Disease',
    orpha: 'ORPHA code',
    block: 'Disease or group',
    group: 'Group',
    quintile: 'Fifth',
    region: 'Region',
    centre: 'Centre',
    site: 'Centre',
    label: 'Kind of centre',
    sex: 'Sex',
    age: 'Age',
    linked: 'Linked',
    delay: 'Delay known',
    contact: 'First contact in the period',
    patients: 'Patients',
    years: 'Years observed',
    item: 'Item',
    euros: '€ per patient-year',
    low: 'Lower bound',
    high: 'Upper bound',
    median: 'Median delay (years)',
    from: 'From',
    to: 'To',
    step: 'Step',
    after: 'After (years)',
    until: 'Until (years)',
    atRisk: 'At risk',
    events: 'Diagnoses',
    without: 'Still without a diagnosis',
    comparison: 'Comparison',
    ratio: 'Ratio',
    dimension: 'Characteristic',
    value: 'Value',
    file: 'File',
    rows: 'Rows',
    hash: 'SHA-256',
    table: 'Released table',
    query: 'Queries',
    reads: 'Tables of the space',
    shown: 'Shown',
    hidden: 'Hidden',
    merged: 'Merged',
  },

  methods: [
    'Population. Patients of the national registry (BNDMR) in the permit’s cohort, one primary disease each: a confirmed diagnosis first, otherwise the earliest. Crossed tables keep diseases of at least 150 patients apart and merge the others by group; they keep the 30 largest centres apart and merge the others by kind. Numbers by disease, group and centre are of the linked patients: beside them, numbers of all patients would give away the few who are not linked.',
    'Costs. What the mandatory insurance paid for all care of the period, by item: city care (BSE_REM_MNT + CPL_REM_MNT), public stays (MNT_TOT_AM of VALO), hospital outpatient care (FCSTC), private stays (ER_PRS_F). Cost per patient-year = sum of costs / sum of observed days × 365.25. Linked patients only.',
    'Intervals of costs. Costs are very skewed: the studentised statistic of the residuals of the ratio is transformed (Hall 1992; Zhou and Dinh 2005). In simulation these intervals cover 92 to 96 times in 100 from 75 to 400 patients; a percentile bootstrap 88 to 94.',
    'Delay. From first signs to diagnosis, by Kaplan-Meier (log-log intervals, Greenwood). A dated diagnosis counts, coded or not. Without a diagnosis = assertion “en cours” or “probable” with a suspected disease and no date, or no ORPHA code: followed until the last contact with a centre, or death. Patients without a code are not in the curves by disease.',
    'Comparisons. Costs: ratios weighted by stratum of disease and age (Mantel and Haenszel), among patients with a code. Delays: ratio of the medians of all patients, interval by bootstrap (fixed seed); patients without a code are in it, for to leave them out would leave out those who wait longest. The delay of a region or centre is compared with what is usual for the same diseases, among patients with a code.',
    'Pathway. After the first contact with an expert centre and for one year. A stay or outpatient visit within a day of a contact with the centre is that contact.',
  ],
  limits: [
    'Left truncation. A patient enters the registry only by reaching an expert centre: those who died or left before are missing, and the delay is probably underestimated. This estimate does not correct it.',
    'Dates of first signs are reported afterwards, often to the month or the year.',
    'Not in these data: persons who never came to an expert centre, those who objected to the use of their data, and for costs the patients whose linkage failed (fewer stays, younger: they may cost less).',
    'Complementary insurance, out-of-pocket payments and social care are not counted.',
    'Deprivation is that of the commune, not of the person.',
  ],
  disclosure: (threshold) =>
    `No cell shows fewer than ${threshold} persons, and no subtraction between the tables of this report gives one away: all tables were checked together. Curves are merged to at least ${threshold} diagnoses, flows that are too thin are put together, a cost borne by two persons is not shown. Centres have numbers of this project only.`,
  disclosureSummary: (shown, hidden) => `${shown} cells shown, ${hidden} hidden.`,
  audit: (cells) => `Proved: for ${cells} hidden cells another possible table gives them 11 persons or more.`,
  lineageIntro:
    'From each figure to the released table, the query, the rows of the project space and the producers’ files, with their hashes.',
  lineageFigures: 'Figures and tables',
  lineageSpace: 'Tables of the project space',
  lineageSources: 'Files of the producers',
  lineageQueries: 'Queries',
  againIntro:
    'With the same data version and the same permit, these commands make this report again to the byte.',
  versions: (text) => `Versions: ${text}.`,
  links: 'linkage',
  oppositions: 'oppositions',
  share: (x) => percent(x, 'en'),
}
