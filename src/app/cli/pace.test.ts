import { expect, test } from 'vitest'
import { Pace, timeOf } from './pace.ts'

test('a piece of work tells its rate and the time that is left at that rate', () => {
  const pace = new Pace()
  expect(pace.say('write', 0, 5_000_000, 0)).toBe('write 0 of 5 000 000')
  expect(pace.say('write', 1_000_000, 5_000_000, 2000)).toBe(
    'write 1 000 000 of 5 000 000, 500 000/s, 8 s left',
  )
  expect(pace.say('write', 4_500_000, 5_000_000, 3000)).toBe(
    'write 4 500 000 of 5 000 000, 1.5 M/s, 1 s left',
  )
})
test('the next piece of work begins anew', () => {
  const pace = new Pace()
  pace.say('check', 0, 10, 0)
  pace.say('check', 10, 10, 1000)
  expect(pace.say('write', 0, 100, 1000)).toBe('write 0 of 100')
  expect(pace.say('write', 50, 100, 3000)).toBe('write 50 of 100, 25/s, 2 s left')
})
test('work of unknown length tells what it has done, or only what it is', () => {
  expect(new Pace().say('cost', 7)).toBe('cost (7)')
  expect(new Pace().say('persons')).toBe('persons')
})
test('a long time is told in minutes or hours', () => {
  expect([timeOf(3), timeOf(200), timeOf(9000)]).toEqual(['3 s', '3 min', '2.5 h'])
})
