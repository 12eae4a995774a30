import { expect, test } from 'vitest'
import { mayClimb } from './climb-ladder.ts'

const firm = [{ links: 3000, decoys: 1 }]

test('a rung with few decoys among many links below it is climbed, also when it is small itself', () => {
  expect(mayClimb({ links: 111, decoys: 7 }, firm)).toBe(true)
  expect(mayClimb({ links: 0, decoys: 0 }, firm)).toBe(true)
})
test('a rung that is mostly chance is not, however few its links are', () => {
  expect(mayClimb({ links: 10, decoys: 2 }, firm)).toBe(false)
})
test('together the rungs keep chance under three links in a thousand', () => {
  expect(mayClimb({ links: 111, decoys: 9 }, firm)).toBe(false)
  expect(mayClimb({ links: 111, decoys: 7 }, [])).toBe(false)
})
