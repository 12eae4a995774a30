export { concepts } from '../../omop/index.ts'
