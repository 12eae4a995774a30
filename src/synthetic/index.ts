export type { Country, Effect, SynthesiseOptions } from './model.ts'
export { demoCountry } from './demo-country.ts'
export { synthesise, unfinishedOf } from './synthesise.ts'
