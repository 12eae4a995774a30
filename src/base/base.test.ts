import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  base32,
  bytesFor,
  bytesIn,
  canonicalJson,
  ChainonError,
  requireSpace,
  throwing,
  writeAtomically,
  writeText,
} from './index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-base-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('canonical JSON does not depend on the order in which members were written', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 'é', c: null }] })).toBe('{"a":[{"c":null,"d":"é"}],"b":1}')
})

test('base32 is that of RFC 4648, without padding', () => {
  const published: Record<string, string> = {
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [text, encoded] of Object.entries(published)) expect(base32(Buffer.from(text))).toBe(encoded)
})

test('a seed repeats its bytes for a purpose, differs between purposes, and without a seed nothing repeats', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (seed, one, other) => {
      fc.pre(one !== other)
      expect(bytesFor(seed, one)).toEqual(bytesFor(seed, one))
      expect(bytesFor(seed, one)).not.toEqual(bytesFor(seed, other))
      expect(bytesFor(undefined, one)).not.toEqual(bytesFor(undefined, one))
    }),
  )
})

test('a write that fails half-way leaves the earlier file whole and nothing beside it', async () => {
  const path = join(folder, 'kept.txt')
  await writeText(path, 'first')
  await expect(
    writeAtomically(path, async (temporary) => {
      await writeFile(temporary, 'half')
      throw new Error('the disk is full')
    }),
  ).rejects.toThrow('the disk is full')
  expect(await readFile(path, 'utf8')).toBe('first')
  expect(await readdir(folder)).toEqual(['kept.txt'])
  expect(existsSync(path)).toBe(true)
})

test('a check throws the first denial of its question, with its facts, and nothing when there is none', () => {
  const checkAge = throwing((age: number) => (age < 18 ? [{ code: 'test/too-young' as const, age }] : []))
  expect(() => checkAge(20)).not.toThrow()
  expect(() => checkAge(12)).toThrow(ChainonError)
  expect(() => checkAge(12)).toThrow('test/too-young: age 12')
})

test('work that the disk has no room for is refused with what it asks for, what is free and where', async () => {
  const later = join(folder, 'not', 'yet')
  await requireSpace(later, 1, 'a line')
  await requireSpace(folder, -1, 'what stands already')
  await expect(requireSpace(later, 5e18, 'a country')).rejects.toMatchObject({
    code: 'storage/no-space',
    message: expect.stringMatching(
      /^a country asks for about 5000000000\.0 GB, and \d+\.\d GB are free in .*not.yet$/,
    ),
  })
  expect(await readdir(folder)).not.toContain('not')
})

test('the bytes of a folder are those of all files below it', async () => {
  await writeText(join(folder, 'sized', 'a'), '12345')
  await writeText(join(folder, 'sized', 'b', 'c'), '123')
  expect(await bytesIn(join(folder, 'sized'))).toBe(8)
  expect(await bytesIn(join(folder, 'no such folder'))).toBe(0)
})
