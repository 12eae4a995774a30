import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: 'test/fixtures/shared-folder.ts',
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // DuckDB uses both cores by itself; two files at once is what a small machine bears.
    maxWorkers: 2,
  },
})
