import { type Bilingual, decimal, type Lang, percent } from '../../page/index.ts'

/** Every sentence of the report of a linkage. */
export interface Messages {
  readonly title: string
  readonly lead: (records: string, tables: number) => string
  readonly keys: {
    readonly records: string
    readonly links: string
    readonly persons: (type: string) => string
    readonly right: string
    readonly unlinkable: string
  }
  readonly careful: string
  readonly carefulPoints: readonly string[]
  readonly weights: {
    readonly heading: string
    readonly title: (links: string, share: string) => string
    readonly about: string
    readonly axis: string
    readonly pairs: string
    readonly linked: string
    readonly apart: string
    readonly told: string
  }
  readonly levels: {
    readonly heading: string
    readonly title: (level: string, comparison: string, bits: string) => string
    readonly about: string
    readonly axis: string
    readonly told: string
    readonly columns: readonly string[]
  }
  readonly threshold: {
    readonly heading: string
    readonly title: (threshold: string, precision: string, recall: string) => string
    readonly about: string
    readonly axis: string
    readonly precision: string
    readonly recall: string
    readonly told: string
    readonly columns: readonly string[]
  }
  readonly clusters: {
    readonly heading: string
    readonly about: string
    readonly columns: readonly string[]
    readonly bridges: string
    readonly bridgesAbout: string
    readonly bridgeColumns: readonly string[]
    readonly none: string
  }
  readonly rules: {
    readonly heading: string
    readonly about: string
    readonly columns: readonly string[]
    readonly all: string
    readonly completed: string
  }
  readonly patterns: {
    readonly heading: string
    readonly about: string
    readonly columns: readonly string[]
    readonly unknown: string
  }
  readonly values: {
    readonly heading: string
    readonly about: string
    readonly columns: readonly string[]
    readonly none: string
  }
  readonly training: {
    readonly heading: string
    readonly about: string
    readonly columns: readonly string[]
    readonly none: string
  }
  readonly asTable: string
  readonly figure: (n: number) => string
}

const fr: Messages = {
  title: 'Rapport d’appariement',
  lead: (records, tables) =>
    tables === 1
      ? `Quels enregistrements d’une table de ${records} sont de la même personne\u00a0?`
      : `Qui est qui dans ${tables} tables de ${records} enregistrements\u00a0?`,
  keys: {
    records: 'enregistrements',
    links: 'liens',
    persons: (type) => (type === 'link' ? 'personnes, appariées ou seules' : 'personnes'),
    right: 'des paires au-dessus du seuil concordent, selon les probabilités du modèle',
    unlinkable: 'enregistrements trop vides pour un lien',
  },
  careful: 'À lire avec prudence',
  carefulPoints: [
    'Précision et rappel viennent ici des probabilités du modèle\u00a0: s’il se trompe, ils se trompent avec lui. Des paires relues à la main disent le vrai.',
    'Le rappel ne compte que les paires regardées\u00a0: ce que toutes les règles de blocage manquent n’y est pas.',
    'Les intervalles comptent les paires comme indépendantes\u00a0; celles d’une même personne ne le sont pas.',
  ],
  weights: {
    heading: 'Les paires',
    title: (links, share) =>
      `${links} liens ; ${share} des paires au-dessus du seuil concordent, selon le modèle`,
    about: 'Paires par poids d’appariement (log2 de la cote), échelle en racine carrée.',
    axis: 'poids d’appariement',
    pairs: 'paires',
    linked: 'dans un même groupe',
    apart: 'séparées',
    told: 'Histogramme des poids d’appariement',
  },
  levels: {
    heading: 'Ce que dit chaque accord',
    title: (level, comparison, bits) =>
      `Ce qui parle le plus pour un lien\u00a0: ${comparison}, ${level} (${bits} bits)`,
    about: 'Poids de chaque niveau, log2(m/u), avec son intervalle à 95\u00a0%.',
    axis: 'bits pour un lien (contre, à gauche)',
    told: 'Poids de chaque niveau de comparaison',
    columns: ['comparaison', 'niveau', 'm', 'u', 'poids', 'intervalle à 95\u00a0%'],
  },
  threshold: {
    heading: 'Le seuil',
    title: (threshold, precision, recall) =>
      `Au seuil de ${threshold}, précision ${precision} et rappel ${recall} selon le modèle`,
    about: 'Précision et rappel attendus des probabilités des paires, par seuil.',
    axis: 'seuil (poids d’appariement)',
    precision: 'précision',
    recall: 'rappel',
    told: 'Précision et rappel attendus par seuil',
    columns: ['seuil', 'paires', 'précision', 'rappel'],
  },
  clusters: {
    heading: 'Les groupes',
    about: 'Combien d’enregistrements par personne.',
    columns: ['enregistrements', 'groupes'],
    bridges: 'Les ponts les plus faibles',
    bridgesAbout:
      'Groupes de plus de deux enregistrements dont un lien est le plus faible\u00a0: à relire d’abord. Le numéro est celui de clusters.parquet.',
    bridgeColumns: ['groupe', 'enregistrements', 'poids le plus faible', 'poids moyen'],
    none: 'Aucun groupe n’a plus de deux enregistrements.',
  },
  rules: {
    heading: 'Les règles de blocage',
    about: 'Ce que chaque règle a trouvé que les précédentes n’avaient pas, parmi les paires gardées.',
    columns: ['règle', 'paires gardées', 'liens'],
    all: 'Toutes les paires ont été regardées.',
    completed: 'aucune règle, mais des enregistrements que d’autres rapprochent',
  },
  patterns: {
    heading: 'Les accords les plus fréquents',
    about:
      'Combinaisons de niveaux parmi les paires gardées\u00a0; sous chacune, ce que chaque niveau ajoute au poids.',
    columns: ['paires', 'liens', 'poids moyen', 'niveaux'],
    unknown: 'inconnu',
  },
  values: {
    heading: 'Les valeurs qui n’en font qu’une',
    about: 'Trouvées dans les groupes\u00a0; onze groupes au moins les portent.',
    columns: ['comparaison', 'valeur', 'et', 'groupes'],
    none: 'Aucune n’a été trouvée.',
  },
  training: {
    heading: 'L’apprentissage',
    about: 'Paires de chaque session, et la part qui concorde selon elle.',
    columns: ['règle de la session', 'paires', 'part de vraies paires'],
    none: 'Les poids étaient donnés\u00a0: rien n’a été appris.',
  },
  asTable: 'Voir en tableau',
  figure: (n) => `Figure ${n}`,
}

const en: Messages = {
  title: 'Linkage report',
  lead: (records, tables) =>
    tables === 1
      ? `Which records of a table of ${records} are of one person?`
      : `Who is who in ${tables} tables of ${records} records?`,
  keys: {
    records: 'records',
    links: 'links',
    persons: (type) => (type === 'link' ? 'persons, linked or alone' : 'persons'),
    right: 'of the pairs above the threshold match, by the model’s own probabilities',
    unlinkable: 'records too empty for any link',
  },
  careful: 'Read with care',
  carefulPoints: [
    'Precision and recall are here of the model’s own probabilities: where it is wrong, they are wrong with it. Pairs read by a person tell the truth.',
    'Recall counts the pairs that were looked at: what every blocking rule misses is not in it.',
    'Intervals count pairs as independent; those of one person are not.',
  ],
  weights: {
    heading: 'The pairs',
    title: (links, share) => `${links} links; ${share} of the pairs above the threshold match, by the model`,
    about: 'Pairs by match weight (log2 of the odds), on a square root scale.',
    axis: 'match weight',
    pairs: 'pairs',
    linked: 'in one cluster',
    apart: 'apart',
    told: 'Histogram of match weights',
  },
  levels: {
    heading: 'What each agreement says',
    title: (level, comparison, bits) => `What speaks most for a link: ${comparison}, ${level} (${bits} bits)`,
    about: 'Weight of each level, log2(m/u), with its 95% interval.',
    axis: 'bits for a link (against it, to the left)',
    told: 'Weight of each level of comparison',
    columns: ['comparison', 'level', 'm', 'u', 'weight', '95% interval'],
  },
  threshold: {
    heading: 'The threshold',
    title: (threshold, precision, recall) =>
      `At the threshold of ${threshold}, precision ${precision} and recall ${recall} by the model`,
    about: 'Precision and recall that the probabilities of the pairs let expect, by threshold.',
    axis: 'threshold (match weight)',
    precision: 'precision',
    recall: 'recall',
    told: 'Expected precision and recall by threshold',
    columns: ['threshold', 'pairs', 'precision', 'recall'],
  },
  clusters: {
    heading: 'The clusters',
    about: 'How many records a person has.',
    columns: ['records', 'clusters'],
    bridges: 'The weakest bridges',
    bridgesAbout:
      'Clusters of more than two records whose weakest link is weakest: read these first. The number is that of clusters.parquet.',
    bridgeColumns: ['cluster', 'records', 'weakest weight', 'mean weight'],
    none: 'No cluster has more than two records.',
  },
  rules: {
    heading: 'The blocking rules',
    about: 'What each rule found that those before it had not, among the pairs that were kept.',
    columns: ['rule', 'pairs kept', 'links'],
    all: 'Every pair was looked at.',
    completed: 'no rule, but records that others bring together',
  },
  patterns: {
    heading: 'The most frequent agreements',
    about:
      'Combinations of levels among the pairs that were kept; under each, what each level adds to the weight.',
    columns: ['pairs', 'links', 'mean weight', 'levels'],
    unknown: 'unknown',
  },
  values: {
    heading: 'Values that are one',
    about: 'Found in the clusters; at least eleven clusters hold each.',
    columns: ['comparison', 'value', 'and', 'clusters'],
    none: 'None was found.',
  },
  training: {
    heading: 'The training',
    about: 'Pairs of each session, and the share of them that it takes for matches.',
    columns: ['rule of the session', 'pairs', 'share of matches'],
    none: 'The weights were given: nothing was learnt.',
  },
  asTable: 'See as a table',
  figure: (n) => `Figure ${n}`,
}

export const messages: Readonly<Record<Lang, Messages>> = { fr, en }
export const titles: Bilingual = { fr: fr.title, en: en.title }

/** A share that is nearly one is not called one. */
export const nearly = (share: number, lang: Lang): string => {
  const digits = share > 0.999 && share < 1 ? 3 : share > 0.99 && share < 1 ? 2 : 1
  return share === 1
    ? percent(1, lang)
    : `${decimal(100 * share, lang, digits)}${lang === 'fr' ? '\u00a0' : ''}%`
}
export const bits = (weight: number, lang: Lang): string => decimal(weight, lang, 1)
