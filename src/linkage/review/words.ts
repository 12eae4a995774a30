import { type Bilingual, count, type Lang } from '../../page/index.ts'
import type { Answer } from './labels.ts'

/** Every sentence of the page on which pairs are read. */
export interface Words {
  readonly title: string
  readonly as: (reader: string, third: boolean) => string
  readonly progress: (answered: number, pairs: number) => string
  readonly counts: (byAnswer: Readonly<Record<Answer, number>>) => string
  readonly pair: (weight: string) => string
  readonly bridge: string
  readonly ask: string
  readonly answers: Readonly<Record<Answer, string>>
  readonly keys: Readonly<Record<Answer | 'undo' | 'next', string>>
  readonly undo: string
  readonly next: string
  readonly useKeys: string
  readonly records: string
  readonly noRecords: string
  readonly notFound: string
  readonly recordColumns: readonly [string, string, string, string]
  readonly same: string
  readonly differs: string
  readonly missing: string
  readonly pattern: string
  readonly patternColumns: readonly [string, string, string, string, string]
  readonly start: string
  readonly chance: string
  readonly total: string
  readonly unknown: string
  readonly done: (third: boolean, disputed: number) => string
  readonly doneNext: string
  readonly together: string
  readonly readerColumns: readonly [string, string]
  readonly agreement: string
  readonly agreementColumns: readonly string[]
  readonly disputed: string
  readonly disputedColumns: readonly [string, string, string]
  readonly noneDisputed: string
  readonly toSettle: string
  readonly open: string
  readonly failed: string
  readonly careful: string
}

const n = (lang: Lang, x: number): string => count(x, lang)

export const words: Readonly<Record<Lang, Words>> = {
  fr: {
    title: 'Relecture de paires',
    as: (reader, third) => (third ? `${reader}, troisième avis` : reader),
    progress: (answered, pairs) => `${n('fr', answered)} sur ${n('fr', pairs)} paires relues`,
    counts: (of) =>
      `${n('fr', of.match)} concordent, ${n('fr', of['no match'])} non, ${n('fr', of.unsure)} dans le doute`,
    pair: (weight) => `Poids d’appariement\u00a0: ${weight}`,
    bridge: 'Le lien le plus faible d’un groupe',
    ask: 'Est-ce la même personne\u00a0?',
    answers: { match: 'Même personne', 'no match': 'Non', unsure: 'Dans le doute' },
    keys: { match: 'M', 'no match': 'N', unsure: 'D', undo: 'Z', next: '→' },
    undo: 'Annuler la dernière réponse',
    next: 'Plus tard',
    useKeys: 'Répondre par ces touches',
    records: 'Les deux enregistrements',
    noRecords:
      'Sans --show-records, cette page ne montre aucune valeur\u00a0: identifiants et niveaux d’accord seulement.',
    notFound: 'Un des enregistrements n’a pas été retrouvé dans son fichier.',
    recordColumns: ['colonne', 'à gauche', 'à droite', 'les deux'],
    same: 'égal',
    differs: 'diffère',
    missing: 'vide',
    pattern: 'Ce que dit le modèle',
    patternColumns: ['comparaison', 'accord', 'ajoute', 'somme', 'de la cote de départ au poids'],
    start: 'au départ',
    chance: 'deux enregistrements pris au hasard',
    total: 'poids',
    unknown: 'inconnu',
    done: (third, disputed) =>
      third
        ? 'Tous les désaccords sont tranchés.'
        : `Toutes les paires sont relues. ${disputed === 0 ? 'Les relecteurs ne se contredisent sur aucune.' : `Les relecteurs se contredisent sur ${n('fr', disputed)}.`}`,
    doneNext: 'Apparier de nouveau avec ces réponses\u00a0:',
    together: 'Les relecteurs ensemble',
    readerColumns: ['relecteur', 'paires relues'],
    agreement: 'Accord',
    agreementColumns: [
      'relecteurs',
      'lues par les deux',
      'même réponse',
      'kappa de Cohen',
      'intervalle à 95\u00a0%',
    ],
    disputed: 'Désaccords',
    disputedColumns: ['paire', 'réponses', 'troisième avis'],
    noneDisputed: 'Aucun désaccord jusqu’ici.',
    toSettle: 'Une troisième personne les tranche d’abord, par la même commande avec --third.',
    open: 'à trancher',
    failed:
      'La réponse n’a pas été gardée\u00a0: la commande tourne-t-elle encore\u00a0? Rechargez cette page.',
    careful: 'Page de la zone d’appariement\u00a0: elle montre des données personnelles.',
  },
  en: {
    title: 'Review of pairs',
    as: (reader, third) => (third ? `${reader}, third decision` : reader),
    progress: (answered, pairs) => `${n('en', answered)} of ${n('en', pairs)} pairs read`,
    counts: (of) =>
      `${n('en', of.match)} match, ${n('en', of['no match'])} do not, ${n('en', of.unsure)} unsure`,
    pair: (weight) => `Match weight: ${weight}`,
    bridge: 'The weakest link of a cluster',
    ask: 'Is this one person?',
    answers: { match: 'Match', 'no match': 'Not a match', unsure: 'Unsure' },
    keys: { match: 'M', 'no match': 'N', unsure: 'U', undo: 'Z', next: '→' },
    undo: 'Undo the last answer',
    next: 'Later',
    useKeys: 'Answer by these keys',
    records: 'The two records',
    noRecords: 'Without --show-records this page shows no value: ids and levels of agreement only.',
    notFound: 'One of the records was not found in its file.',
    recordColumns: ['column', 'left', 'right', 'both'],
    same: 'same',
    differs: 'differs',
    missing: 'empty',
    pattern: 'What the model says',
    patternColumns: ['comparison', 'agreement', 'adds', 'sum', 'from the odds at the start to the weight'],
    start: 'at the start',
    chance: 'two records drawn by chance',
    total: 'weight',
    unknown: 'unknown',
    done: (third, disputed) =>
      third
        ? 'Every disagreement is decided.'
        : `Every pair is read. ${disputed === 0 ? 'Readers disagree on none.' : `Readers disagree on ${n('en', disputed)}.`}`,
    doneNext: 'Link again with these answers:',
    together: 'The readers together',
    readerColumns: ['reader', 'pairs read'],
    agreement: 'Agreement',
    agreementColumns: ['readers', 'read by both', 'same answer', 'Cohen’s kappa', '95% interval'],
    disputed: 'Disagreements',
    disputedColumns: ['pair', 'answers', 'third decision'],
    noneDisputed: 'No disagreement so far.',
    toSettle: 'A third person decides these first, by the same command with --third.',
    open: 'to be decided',
    failed: 'The answer was not kept: is the command still running? Load this page again.',
    careful: 'A page of the matcher’s zone: it shows personal data.',
  },
}

export const titles: Bilingual = { fr: words.fr.title, en: words.en.title }
