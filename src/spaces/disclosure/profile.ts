/** The numbers of a disclosure profile. */
export interface DisclosureProfile {
  readonly id: string
  /** Fewest persons (contributors, events, persons at risk) that a shown number may stand for. */
  readonly threshold: number
  /** A cost fails when its `persons` largest contributors make `share` of it or more (the n,k rule). */
  readonly dominance: { readonly persons: 2; readonly share: number }
  /** Most nodes that a level of a flow may show. */
  readonly nodes: number
}

/**
 * Results on the French national claims data: no cell under 11 persons (the rule that CASD applies to the PMSI),
 * and no cost of which two persons make 85 % (n = 2, k = 0.85, INSEE's ceiling for one unit applied to two).
 */
export const FR_SNDS: DisclosureProfile = {
  id: 'FR-SNDS',
  threshold: 11,
  dominance: { persons: 2, share: 0.85 },
  nodes: 8,
}

export const PROFILES: Readonly<Record<string, DisclosureProfile>> = { [FR_SNDS.id]: FR_SNDS }

/** The one reason that a reader is given, so that it does not tell a small cell from its neighbour. */
export const HIDDEN_REASON = 'hidden (rule of 11)'

/** The rules in words, for check.json. */
export const rulesInWords = (p: DisclosureProfile): string[] => [
  `no shown number stands for 1 to ${p.threshold - 1} persons; zero may be shown`,
  `a total minus the shown cells leaves nobody or at least ${p.threshold} persons, over all tables together`,
  `a cost needs ${p.threshold} persons with an amount, and two persons may not make ${p.dominance.share * 100} % of it`,
  `a step of a curve has ${p.threshold} at risk, and nobody or at least ${p.threshold} events and censored; estimates to the thousandth`,
  `a flow holds nobody or at least ${p.threshold} persons; a level has at most ${p.nodes} nodes`,
  'no minimum, no maximum, no number or name of an establishment or a person',
]

/**
 * Guards that a test may take away to see that the attacker then finds what they prevent. Never set elsewhere.
 */
export interface WithoutGuards {
  /** Only small cells are hidden, and nothing that protects them. */
  readonly complementary?: boolean
  /** Each table is checked as if it were alone. */
  readonly together?: boolean
  /** Steps of curves are shown as handed in. */
  readonly curves?: boolean
  /** Flows are shown as handed in. */
  readonly flows?: boolean
  /** A hidden item is not protected by a second one. */
  readonly items?: boolean
  /** Earlier releases are forgotten. */
  readonly earlier?: boolean
}
