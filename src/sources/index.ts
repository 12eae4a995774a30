export * from './model.ts'
export * from './snds/tables.ts'
export * from './bndmr/tables.ts'
export * from './referentials/tables.ts'
