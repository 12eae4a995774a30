import { afterAll, beforeAll, describe } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { clusterOnce, engineAs, noCluster } from '../fixtures/cluster.ts'
import { answersAsWritten } from './answers.ts'

describe.skipIf(noCluster)('on trino', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await engineAs(await clusterOnce(), 'lake')
  })
  afterAll(() => engine?.close())

  answersAsWritten(() => engine)
})
