import type { Lang } from '../../page/index.ts'

/** Levels bear English names in the model; a French page says them in French. Levels of a user's own stay as they are. */
const FRENCH: readonly (readonly [RegExp, string])[] = [
  [/^the same$/, 'identique'],
  [/^different$/, 'différent'],
  [/^values that are one$/, 'valeurs qui n’en font qu’une'],
  [/^the wrong way round with the surname$/, 'inversé avec le nom'],
  [/^alone, and the surname of the other$/, 'seul, et nom de l’autre'],
  [/^alone, and the forename of the other$/, 'seul, et prénom de l’autre'],
  [/^the same district$/, 'le même secteur'],
  [/^the same region$/, 'la même région'],
  [/^an initial of it$/, 'une initiale'],
  [/^one word of it$/, 'un mot sur plusieurs'],
  [/^sounds the same$/, 'se prononce de même'],
  [/^the year, one side being 1 January$/, 'l’année, l’un étant au 1er janvier'],
  [/^day and month the wrong way round$/, 'jour et mois inversés'],
  [/^one digit of the year, both being 1 January$/, 'un chiffre de l’année, l’un et l’autre au 1er janvier'],
  [/^one digit$/, 'un chiffre'],
  [/^two digits$/, 'deux chiffres'],
  [/^two of day, month and year$/, 'deux parmi jour, mois et année'],
  [/^within a year$/, 'à un an près'],
  [/^within ten years$/, 'à dix ans près'],
  [/^further apart$/, 'plus loin'],
  [/^the same words$/, 'les mêmes mots'],
  [/^all words of the shorter$/, 'tous les mots du plus court'],
  [/^(.+) of the words of the shorter$/, '$1 des mots du plus court'],
  [/^a word$/, 'un mot'],
  [/^no word$/, 'aucun mot'],
  [/^often confused$/, 'souvent confondus'],
  [/^the same user$/, 'le même utilisateur'],
  [/^nearly the same user and the domain$/, 'presque le même utilisateur, et le domaine'],
  [/^nearly the same user$/, 'presque le même utilisateur'],
  [/^the same domain$/, 'le même domaine'],
  [/^one character$/, 'un caractère'],
  [/^sex, year, month and département of birth$/, 'sexe, année, mois et département de naissance'],
  [/^the same département$/, 'le même département'],
  [/^within (.+)$/, 'à $1 près'],
  [/^1 edit or fewer$/, '1 faute au plus'],
  [/^(\d+) edits or fewer$/, '$1 fautes au plus'],
]

export function levelName(label: string, lang: Lang): string {
  if (lang === 'en') return label
  const known = FRENCH.find(([pattern]) => pattern.test(label))
  return known ? label.replace(known[0], known[1]) : label
}
