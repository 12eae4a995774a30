/** A column that is made once for each record before pairs are compared. */
export interface Feature {
  readonly name: string
  readonly type: 'varchar' | 'integer' | 'bigint' | 'double' | 'boolean' | 'varchar[]'
  /** DuckDB over the record's own columns, as text; over `VALUE` where it is of a feature. */
  readonly sql: string
  /** The feature that it is told of, once for each value that records have and not for each record. */
  readonly of?: string
}

/** What a comparison finds of a pair. The first level that holds is the pair's. */
export interface Level {
  readonly label: string
  /** DuckDB over `"feature_l"` and `"feature_r"`; a function of the measure where it needs that, which costs far more. */
  readonly when: string | ((measure: string) => string)
  /** Agreement on a rare value weighs more: which feature is counted, and of which level the weight corrects u. */
  readonly frequency?: Frequency
  /** Given by the user or by an imported model. */
  readonly m?: number
  readonly u?: number
}

export interface Frequency {
  readonly feature: string
  readonly weight: number
  /** A value that is rarer is taken to be this frequent. */
  readonly least: number
  /** Probability of agreement by chance that the frequency takes the place of; else that of the level. */
  readonly exactU?: number
  /** The level asks for the same value on both sides, so that one rarity tells of both. */
  readonly same?: true
}

/** When two texts are surely less alike than any level asks for. It is told from numbers, and of most pairs. */
export interface SurelyUnlike {
  /** The feature of the letters. */
  readonly letters: string
  /** The least likeness of a level. */
  readonly least: number
  /** Only where each is one word of several letters: another level asks for less. */
  readonly words?: true
  /** Codes of the left and of the right that must differ, too. */
  readonly differ?: readonly (readonly [string, string])[]
  /** Codes that neither record may lack. */
  readonly known?: readonly string[]
}

export interface Comparison {
  /** Names it in the model, in results and in the report. */
  readonly name: string
  readonly features: readonly Feature[]
  /** The feature of the whole value, where two values may be found to be one. */
  readonly value?: string
  /** When nothing can be said: the pair's weight is 0 here. */
  readonly unknown: string
  /** A feature whose being the same is the first level, and whose absence leaves the pair unknown. */
  readonly by?: string
  /** The same, where it costs more to say: asked only where `perhaps` holds, which is cheap and excludes the cheap levels. */
  readonly unknownLate?: { readonly perhaps: string; readonly when: string }
  /** A likeness that is costly, computed once for the levels that use it. */
  readonly measure?: string
  /** Best first. What holds in none of them has the level after the last. */
  readonly levels: readonly Level[]
  readonly otherwise: Omit<Level, 'when'>
  /** Cheap, and only true of pairs that have none of the levels. */
  readonly surelyNone?: SurelyUnlike
  /** Columns of the record behind it, to tell which comparisons a blocking rule leaves out of training. */
  readonly columns: readonly string[]
}

/** Of levels and the one after them, as a pattern numbers them; -1 is unknown. */
export const levelsOf = (comparison: Comparison): readonly Omit<Level, 'when'>[] => [
  ...comparison.levels,
  comparison.otherwise,
]
