import { expect, test } from 'vitest'
import { clockSpan, secondsUntil } from './duration'

test.each([
  [-5, '0:00'],
  [0, '0:00'],
  [65_999, '1:05'],
  [3_599_000, '59:59'],
  [3_729_000, '1:02:09'],
])('span_of_%i_ms_reads_%s', (ms, words) => {
  expect(clockSpan(ms)).toBe(words)
})

test('seconds_left_are_rounded_up_and_never_below_zero', () => {
  const at = '2026-11-23T01:30:10Z'
  expect(secondsUntil(at, Date.parse(at) - 1)).toBe(1)
  expect(secondsUntil(at, Date.parse(at))).toBe(0)
  expect(secondsUntil(at, Date.parse(at) + 1)).toBe(0)
})
