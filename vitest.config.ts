import { configDefaults, defineConfig } from 'vitest/config'

/** Minutes each: `test/run` says which are left out without it. */
const withLong = process.env['CHAINON_LONG_TESTS'] === '1'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(withLong ? [] : ['**/*.long.test.ts'])],
    globalSetup: 'test/fixtures/shared-folder.ts',
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // DuckDB uses both cores by itself; two files at once is what a small machine bears.
    maxWorkers: 2,
  },
})
