import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { referencePages } from '../../docs/pages.ts'

const root = join(import.meta.dirname, '..', '..')

test.each(Object.entries(referencePages()))(
  '%s says what its specification says (npm run docs)',
  async (path, text) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(text)
  },
)
