import { expect, test } from 'vitest'
import { birthDays, nirKey, nirSex, readNir } from './nir.ts'

test('the key of a NIR is the one of the published example, Corsica included', () => {
  // Example of INSEE's own sheet: 2 55 08 14 168 025 (38).
  expect(nirKey('2550814168025')).toBe('38')
  expect(readNir('2 55 08 14 168 025 38')).toBe('255081416802538')
  expect(readNir('2550814168025')).toBe('2550814168025')
  expect(readNir('255081416802537')).toBeNull()
  const corsican = `1${'85'}${'05'}${'2A'}004006`
  expect(nirKey(corsican)).toBe(nirKey(corsican.replace('2A', '19')))
  expect(readNir(corsican + nirKey(corsican))).not.toBeNull()
  expect(readNir('unknown')).toBeNull()
})

test('a NIR leaves the day and the century open, and nothing else', () => {
  const days = birthDays('2550214168025', 2026)
  expect(days).toHaveLength(28)
  expect(days[0]).toBe('19550201')
  expect(birthDays('1150214168025', 2026)).toHaveLength(28 + 28)
  expect(birthDays('1160214168025', 2026)).toContain('20160229')
  expect(birthDays('1552014168025', 2026)).toEqual([])
  expect([nirSex('1'), nirSex('2'), nirSex('7'), nirSex('8')]).toEqual(['1', '2', '1', '2'])
})
