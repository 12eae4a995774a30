/**
 * The country of the demonstration: six départements of three regions (around Paris, in the south-east, in the
 * west) with 568 communes, and many more rare patients than a country has.
 */
export const demoCountry = {
  persons: 20_000,
  years: 3,
  rare: 4000,
  departements: ['92', '93', '94', '13', '84', '49'],
} as const
