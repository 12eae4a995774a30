import { count, decimal, percent, ratio, years } from '../../page/index.ts'
import type { Interval } from './finding.ts'

const ic = (low: string, high: string): string => `IC\u00a095\u00a0% ${low} à ${high}`
const times = (r: Interval): string =>
  `${ratio(r.value, 'fr')} (${ic(ratio(r.low, 'fr'), ratio(r.high, 'fr'))})`

/** Every sentence of the report in French. The English catalogue has the same keys, or does not compile. */
export const fr = {
  invented: 'Données inventées',
  inventedWhy:
    'Ce rapport est fait de données inventées (invented data)\u00a0: aucun chiffre ne dit quoi que ce soit d’une maladie, d’un hôpital ou d’une personne réels.',
  skip: 'Aller au contenu',
  contents: 'Sommaire',
  question:
    'Que coûtent les maladies rares, combien de temps faut-il pour les nommer, et est-ce pareil pour tous\u00a0?',
  population: 'Population',
  populationIs: (patients: string, linked: string) =>
    `${patients} patients du registre national des maladies rares, dont ${linked} appariés aux données de l’assurance maladie`,
  period: 'Période',
  periodIs: (from: string, until: string) => `du ${from} au ${until}`,
  permit: 'Autorisation',
  dataVersion: 'Version des données',
  date: 'Date',
  careful: 'À lire avec prudence',
  carefulPoints: [
    'Le registre connaît des patients suivis en centre expert\u00a0: ceux qui n’y sont jamais venus manquent, et les délais les plus longs avec eux.',
    'Les coûts sont ceux de tous les soins du patient, pas de la seule maladie rare\u00a0: ce n’est pas un surcoût.',
    'Une différence entre centres ou régions ne dit rien de la qualité des soins\u00a0: la gravité des patients n’est pas connue.',
  ],
  keyFigures: 'Chiffres clés',
  interval: (low: string, high: string) => `IC\u00a095\u00a0%\u00a0: ${low} à ${high}`,
  countNote: 'dénombrement',
  keyPatients: 'patients dans l’étude',
  keyLinked: (share: string) => `dont ${share} appariés`,
  keyCost: 'par patient et par an, payés par l’assurance maladie obligatoire',
  keyDelay: 'entre premiers signes et diagnostic, pour un patient sur deux',
  keyDelayRatio: 'fois le délai du cinquième le moins défavorisé, dans le plus défavorisé',
  notShown: 'non montré',
  hidden: 'masqué (règle des 11)',
  hiddenShort: 'masqué',
  beyond: 'non atteint',
  none: 'Rien ne peut être montré ici\u00a0: chaque case compte trop peu de personnes.',
  hiddenCount: (n: number) =>
    n === 0
      ? 'Aucune case masquée.'
      : n === 1
        ? 'Une case masquée\u00a0: elle compte moins de 11 personnes, ou permettrait d’en retrouver une qui en compte moins.'
        : `${count(n, 'fr')} cases masquées\u00a0: chacune compte moins de 11 personnes, ou permettrait d’en retrouver une qui en compte moins.`,
  source: (n: string) => `Source\u00a0: BNDMR et SNDS, ${n} personnes.`,
  asTable: 'Voir en tableau',
  csv: 'Télécharger (CSV)',
  query: 'Requête',
  figure: (n: number) => `Figure ${n}`,

  sections: {
    patients: 'Les patients',
    costs: 'Les coûts',
    delay: 'Le délai jusqu’au diagnostic',
    pathway: 'Les premiers pas du parcours',
    inequality: 'Les inégalités, en une figure',
    methods: 'Méthodes',
    limits: 'Limites\u00a0: qui n’est pas dans ces données',
    disclosure: 'Protection des personnes',
    lineage: 'D’où vient chaque chiffre',
    again: 'Refaire ce rapport',
  },

  patientsByGroup: (group: string, n: string, share: string) =>
    `Le groupe le plus nombreux est «\u00a0${group}\u00a0»\u00a0: ${n} patients, ${share} du total`,
  patientsByGroupAbout:
    'Patients par groupe de maladies (une maladie principale par patient)\u00a0; patients appariés.',
  patientsByDisease: (diseases: string) => `${diseases} maladies ont assez de patients pour être montrées`,
  patientsByDiseaseAbout:
    'Patients par maladie principale\u00a0: diagnostic confirmé d’abord, sinon le plus ancien\u00a0; patients appariés.',
  patientsTableAbout: 'Patients selon chaque caractère. Les centres portent des numéros propres à ce projet.',
  patientsTable: 'Sexe, âge, territoire et précarité des patients',

  costByItem: (item: string, share: string, total: string) =>
    `Premier poste\u00a0: ${item}, ${share} des ${total} dépensés par patient et par an`,
  costByItemAbout:
    'Coût par patient et par an selon le poste, toutes causes, assurance maladie obligatoire, euros par 365,25 jours observés\u00a0; patients appariés.',
  costByDisease: (first: string, last: string, sure: boolean) =>
    sure
      ? `Le coût le plus élevé est celui de\u00a0: ${first}\u00a0; le plus bas, celui de\u00a0: ${last}`
      : 'Les intervalles des maladies se recouvrent\u00a0: on ne peut pas dire laquelle coûte le plus',
  costByDiseaseAbout:
    'Coût par patient et par an selon la maladie, toutes causes, euros\u00a0; patients appariés.',
  costByQuintile: {
    more: (r: Interval) =>
      `À maladie et âge égaux, les patients du cinquième le plus défavorisé coûtent ${times(r)} fois autant que ceux du moins défavorisé`,
    less: (r: Interval) =>
      `À maladie et âge égaux, les patients du cinquième le plus défavorisé coûtent moins\u00a0: ${times(r)} fois le coût du moins défavorisé`,
    unclear: (r: Interval) =>
      `On ne voit pas de différence de coût entre le cinquième le plus défavorisé et le moins défavorisé\u00a0: rapport ${times(r)}`,
    unknown: () => 'Le coût ne peut pas être comparé entre les cinquièmes de défavorisation',
  },
  costByQuintileAbout:
    'Coût par patient et par an selon la défavorisation de la commune (cinquième 1\u00a0: la moins défavorisée), euros. Le rapport compare à maladie et âge égaux.',
  amongCosts: (out: number, told: number, what: 'region' | 'centre') =>
    out === 0
      ? `Aucun${what === 'region' ? 'e région' : ' centre'} ne s’écarte nettement des autres pour le coût, à maladie et âge égaux`
      : `${count(out, 'fr')} ${what === 'region' ? 'région' : 'centre'}${out > 1 ? 's' : ''} sur ${count(told, 'fr')} s’écarte${out > 1 ? 'nt' : ''} des autres pour le coût, à maladie et âge égaux`,
  amongDelays: (out: number, told: number, what: 'region' | 'centre') =>
    out === 0
      ? `Aucun${what === 'region' ? 'e région' : ' centre'} ne s’écarte nettement du délai habituel, à maladie égale`
      : `${count(out, 'fr')} ${what === 'region' ? 'région' : 'centre'}${out > 1 ? 's' : ''} sur ${count(told, 'fr')} s’écarte${out > 1 ? 'nt' : ''} du délai habituel, à maladie égale`,
  byChance: (expected: number) =>
    `Sur tant de comparaisons, le hasard seul en ferait sortir environ ${decimal(expected, 'fr', 1)}.`,
  costByRegionAbout:
    'Coût par patient et par an selon la région de résidence, euros\u00a0; patients appariés.',
  costByCentreAbout:
    'Coût par patient et par an selon le centre expert principal, désigné par le numéro que lui donne le projet, euros\u00a0; patients appariés.',
  matrixTitle: (out: number, told: number, what: 'cost' | 'delay', by: 'quintile' | 'region' | 'site') => {
    const measure = what === 'cost' ? 'coût' : 'délai'
    const among = { quintile: 'entre cinquièmes', region: 'entre régions', site: 'entre centres' }[by]
    return out === 0
      ? `Aucune différence nette de ${measure} ${among} ne se voit dans les maladies ou groupes qui peuvent être montrés (${count(told, 'fr')})`
      : `Une différence nette de ${measure} ${among} se voit dans ${count(out, 'fr')} des ${count(told, 'fr')} maladies ou groupes`
  },
  apart:
    'Nette\u00a0: au moins deux intervalles à 95\u00a0% qui ne se touchent pas. Avec autant de cases, le hasard peut en séparer quelques-uns.',
  costMatrixAbout: (by: string) =>
    `Coût par patient et par an, euros, par maladie (au moins 150 patients, les autres par groupe) et par ${by}\u00a0; intervalles dans le tableau.`,
  by: {
    quintile: 'cinquième de défavorisation',
    region: 'région',
    site: 'centre (les 30 plus grands, les autres par type)',
  },

  delayPooled: (r: Interval) =>
    `Un patient sur deux attend plus de ${years(r.value, 'fr')} (${ic(years(r.low, 'fr'), years(r.high, 'fr'))}) entre premiers signes et diagnostic`,
  delayPooledUnknown: 'Le délai médian jusqu’au diagnostic ne peut pas être montré',
  delayPooledAbout:
    'Part des patients encore sans diagnostic selon les années depuis les premiers signes (Kaplan-Meier)\u00a0; tous les patients dont les dates sont connues, sans code ORPHA compris.',
  delayByQuintile: {
    more: (r: Interval) =>
      `Le diagnostic vient ${times(r)} fois plus tard dans le cinquième le plus défavorisé que dans le moins défavorisé`,
    less: (r: Interval) =>
      `Le diagnostic vient plus tôt dans le cinquième le plus défavorisé\u00a0: ${times(r)} fois le délai du moins défavorisé`,
    unclear: (r: Interval) =>
      `On ne voit pas de différence de délai entre le cinquième le plus défavorisé et le moins défavorisé\u00a0: rapport ${times(r)}`,
    unknown: () => 'Le délai ne peut pas être comparé entre les cinquièmes de défavorisation',
  },
  delayByQuintileAbout:
    'Part des patients encore sans diagnostic selon les années depuis les premiers signes, par cinquième de défavorisation de la commune.',
  delayByDisease: (first: string, last: string, sure: boolean) =>
    sure
      ? `Le délai médian le plus long est celui de\u00a0: ${first}\u00a0; le plus court, celui de\u00a0: ${last}`
      : 'Les intervalles des maladies se recouvrent\u00a0: on ne peut pas dire laquelle est nommée le plus tard',
  delayByDiseaseAbout:
    'Délai médian entre premiers signes et diagnostic selon la maladie, en années\u00a0; patients appariés.',
  delayByRegionAbout:
    'Délai médian entre premiers signes et diagnostic selon la région de résidence, en années.',
  delayByCentreAbout:
    'Délai médian entre premiers signes et diagnostic selon le centre expert principal (numéro du projet), en années\u00a0; patients appariés.',
  delayMatrixAbout: (by: string) =>
    `Délai médian en années, par maladie (au moins 150 patients, les autres par groupe) et par ${by}\u00a0; patients appariés\u00a0; intervalles dans le tableau.`,
  without: 'encore sans diagnostic',
  sinceFirstSigns: 'années depuis les premiers signes',

  pathway: (share: string, care: string) =>
    `Après le premier contact avec un centre expert, le soin suivant le plus fréquent est\u00a0: ${care} (${share})`,
  pathwayUnknown: 'Les premiers pas du parcours ne peuvent pas être montrés',
  pathwayAbout: (entrants: string) =>
    `Quatre premières étapes de soins dans l’année qui suit le premier contact, pour ${entrants} patients appariés dont ce contact tombe dans la période. Deux soins de même nature à la suite sont une seule étape.`,
  step: (n: number) => (n === 0 ? 'Entrée' : `Étape ${n}`),
  mergedNodes: (names: string) =>
    `«\u00a0Autre\u00a0» réunit ce qui est trop rare pour être montré\u00a0: ${names}.`,

  contrasts: {
    costQuintile: 'Coût\u00a0: les plus / les moins défavorisés',
    delayQuintile: 'Délai\u00a0: les plus / les moins défavorisés',
    costLabel: 'Coût\u00a0: centres de compétence / de référence',
    delayLabel: 'Délai\u00a0: centres de compétence / de référence',
    costSex: 'Coût\u00a0: femmes / hommes',
    delaySex: 'Délai\u00a0: femmes / hommes',
  },
  contrastsTitle: (out: readonly string[]) =>
    out.length === 0
      ? 'Aucune des comparaisons ne montre de différence'
      : `Une différence se voit pour\u00a0: ${out.join('\u00a0; ')}`,
  contrastsAbout:
    'Rapports des coûts (à maladie et âge égaux) et des délais médians, avec leurs intervalles à 95\u00a0%\u00a0; à 1, aucune différence. Un intervalle qui contient 1 n’exclut ni l’égalité, ni une différence que ces données ne suffisent pas à voir.',

  columns: {
    disease: 'Maladie',
    orpha: 'Code ORPHA',
    block: 'Maladie ou groupe',
    group: 'Groupe',
    quintile: 'Cinquième',
    region: 'Région',
    centre: 'Centre',
    site: 'Centre',
    label: 'Type de centre',
    sex: 'Sexe',
    age: 'Âge',
    linked: 'Apparié',
    delay: 'Délai connu',
    contact: 'Premier contact dans la période',
    patients: 'Patients',
    years: 'Années observées',
    item: 'Poste',
    euros: '€ par patient et par an',
    low: 'Borne basse',
    high: 'Borne haute',
    median: 'Délai médian (années)',
    from: 'De',
    to: 'À',
    step: 'Étape',
    after: 'Après (années)',
    until: 'Jusqu’à (années)',
    atRisk: 'À risque',
    events: 'Diagnostics',
    without: 'Encore sans diagnostic',
    comparison: 'Comparaison',
    ratio: 'Rapport',
    dimension: 'Caractère',
    value: 'Valeur',
    file: 'Fichier',
    rows: 'Lignes',
    hash: 'SHA-256',
    table: 'Tableau libéré',
    query: 'Requêtes',
    reads: 'Tables de l’espace',
    shown: 'Montré',
    hidden: 'Masqué',
    merged: 'Regroupé',
  },

  methods: [
    'Population. Patients du registre national (BNDMR) de la cohorte de l’autorisation, une maladie principale chacun\u00a0: diagnostic confirmé d’abord, sinon le plus ancien. Les tableaux croisés gardent à part les maladies d’au moins 150 patients et réunissent les autres par groupe\u00a0; ils gardent à part les 30 plus grands centres et réunissent les autres par type. Les nombres par maladie, groupe et centre sont ceux des patients appariés\u00a0: à côté d’eux, ceux de tous les patients trahiraient les quelques non-appariés.',
    'Coûts. Sommes payées par l’assurance maladie obligatoire pour tous les soins de la période, par poste\u00a0: ville (BSE_REM_MNT + CPL_REM_MNT), séjours publics (MNT_TOT_AM de VALO), soins externes de l’hôpital (FCSTC), séjours privés (ER_PRS_F). Coût par patient et par an = somme des coûts / somme des jours observés × 365,25. Patients appariés seulement.',
    'Intervalles des coûts. Les coûts sont très dissymétriques\u00a0: on transforme la statistique studentisée des résidus du rapport (Hall 1992\u00a0; Zhou et Dinh 2005). En simulation ces intervalles couvrent 92 à 96 fois sur 100 de 75 à 400 patients\u00a0; un bootstrap par percentiles, 88 à 94.',
    'Délai. Des premiers signes au diagnostic, par Kaplan-Meier (intervalles log-log, Greenwood). Un diagnostic daté compte, codé ou non. Sans diagnostic = assertion «\u00a0en cours\u00a0» ou «\u00a0probable\u00a0» avec une maladie suspectée et sans date, ou sans code ORPHA\u00a0: suivi jusqu’au dernier contact avec un centre, ou au décès. Les patients sans code ne figurent pas dans les courbes par maladie.',
    'Comparaisons. Coûts\u00a0: rapports pondérés par strate de maladie et d’âge (Mantel et Haenszel), parmi les patients qui ont un code. Délais\u00a0: rapport des médianes de tous les patients, intervalle par bootstrap (graine fixe)\u00a0; les patients sans code y sont, car les écarter écarterait ceux qui attendent le plus. Le délai d’une région ou d’un centre est comparé au délai habituel des mêmes maladies, parmi les patients qui ont un code.',
    'Parcours. Après le premier contact avec un centre expert et pendant un an. Un séjour ou un acte externe à un jour d’un contact avec le centre est ce contact.',
  ],
  limits: [
    'Troncature à gauche. Un patient n’entre dans le registre que s’il arrive dans un centre expert\u00a0: ceux qui sont morts ou partis avant manquent, et le délai est sans doute sous-estimé. Cette estimation ne le corrige pas.',
    'Les dates de premiers signes sont rapportées après coup, souvent au mois ou à l’année près.',
    'Ne sont pas dans ces données\u00a0: les personnes jamais venues en centre expert, celles qui se sont opposées à l’usage de leurs données, et pour les coûts les patients dont l’appariement a échoué (moins de séjours, plus jeunes\u00a0: ils peuvent coûter moins).',
    'L’assurance complémentaire, le reste à charge et le secteur médico-social ne sont pas comptés.',
    'La défavorisation est celle de la commune, pas de la personne.',
  ],
  disclosure: (threshold: number) =>
    `Aucune case ne montre moins de ${threshold} personnes, et aucune soustraction entre les tableaux de ce rapport n’en révèle une\u00a0: tous les tableaux ont été contrôlés ensemble. Les courbes sont regroupées par au moins ${threshold} diagnostics, les flux trop fins sont réunis, un coût porté par deux personnes n’est pas montré. Les centres n’ont que des numéros propres à ce projet.`,
  disclosureSummary: (shown: string, hidden: string) => `${shown} cases montrées, ${hidden} masquées.`,
  audit: (cells: string) =>
    `Contrôle prouvé\u00a0: pour ${cells} cases masquées, un autre tableau possible leur donne 11 personnes ou plus.`,
  lineageIntro:
    'De chaque figure au tableau libéré, à la requête, aux lignes de l’espace projet et aux fichiers des producteurs, avec leurs empreintes.',
  lineageFigures: 'Figures et tableaux',
  lineageSpace: 'Tables de l’espace projet',
  lineageSources: 'Fichiers des producteurs',
  lineageQueries: 'Requêtes',
  againIntro:
    'Avec la même version des données et la même autorisation, ces commandes refont ce rapport à l’octet près.',
  versions: (text: string) => `Versions\u00a0: ${text}.`,
  links: 'appariement',
  oppositions: 'oppositions',
  share: (x: number) => percent(x, 'fr'),
}

type Same<T> = T extends (...args: infer A) => string
  ? (...args: A) => string
  : T extends readonly string[]
    ? readonly string[]
    : T extends string
      ? string
      : { readonly [K in keyof T]: Same<T[K]> }

/** The shape that both catalogues have. */
export type Messages = Same<typeof fr>
