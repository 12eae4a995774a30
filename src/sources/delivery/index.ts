export { acceptedRows, lakeFile } from './accepted-rows.ts'
export * from './model.ts'
export { dummyPseudonym } from './read-values.ts'
