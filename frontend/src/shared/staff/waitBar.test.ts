import { expect, it } from 'vitest'
import type { Account } from '@/wire/wire.gen'
import { waitBar } from './waitBar'

const foretold = (min: number | null, max: number | null): Account =>
  ({ wait_min_s: min, wait_max_s: max }) as Account

it.each([
  [300, 900, 1800, true],
  [300, 900, 600, false],
  [null, null, 600, false],
  [0, 0, 0, false],
])('foretold %s to %s s, waited %s s: every mark is on the bar', (min, max, waited, isOver) => {
  const bar = waitBar(foretold(min, max), waited)
  expect(bar.isOver).toBe(isOver)
  expect(bar.from === null).toBe(max === null)
  for (const mark of [bar.from ?? 0, bar.to ?? 0, bar.waited]) {
    expect(mark).toBeGreaterThanOrEqual(0)
    expect(mark).toBeLessThan(1)
  }
})

it('keeps the marks in proportion', () => {
  const bar = waitBar(foretold(300, 600), 1200)
  expect((bar.to ?? 0) / bar.waited).toBeCloseTo(0.5)
  expect((bar.from ?? 0) / bar.waited).toBeCloseTo(0.25)
})
