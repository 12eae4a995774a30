export type { ProjectSpace } from './model.ts'
export type * from './output-model.ts'
