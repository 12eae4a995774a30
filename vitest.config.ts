import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Minutes each: `test/run` says which are left out without it. */
const withLong = process.env['CHAINON_LONG_TESTS'] === '1'

/** Those that take a minute and more: begun at the end, one of them would run alone while the other processor waits. */
const LONG = [
  'marginals',
  'kill',
  'identities',
  'protocol.trino',
  'attack',
  'cli',
  'release',
  'link',
  'open-space',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return at < 0 ? LONG.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(withLong ? [] : ['**/*.long.test.ts'])],
    globalSetup: 'test/fixtures/shared-folder.ts',
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // DuckDB uses both cores by itself; two files at once is what a small machine bears.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
