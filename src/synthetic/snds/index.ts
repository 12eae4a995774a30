export { diseaseCare } from './diseases.ts'
export { emitSnds } from './emit-snds.ts'
export { type Marginal, measureMarginals } from './marginals.ts'
export {
  type CostEffect,
  type CostEffects,
  type CostItem,
  costItems,
  type SndsContext,
  type SndsOptions,
} from './model.ts'
