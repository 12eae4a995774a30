export type { Country, Effect, SynthesiseOptions } from './model.ts'
export { synthesise } from './synthesise.ts'
