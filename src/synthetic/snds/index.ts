export { emissionSteps, emitSnds } from './emit-snds.ts'
export type { CostEffects } from './model.ts'
