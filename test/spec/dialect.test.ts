import { openDuckDb } from '../../src/engine/index.ts'
import { runExamples } from './run-examples.ts'

runExamples('duckdb', openDuckDb)
