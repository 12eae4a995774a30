import { describe } from 'vitest'
import { clusterOnce, engineAs, noCluster } from '../fixtures/cluster.ts'
import { runExamples } from './run-examples.ts'

describe.skipIf(noCluster)('the specification', () =>
  runExamples('trino', async () => engineAs(await clusterOnce(), 'lake')),
)
