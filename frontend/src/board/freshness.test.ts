import { expect, it } from 'vitest'
import type { BoardCall } from '@/wire/wire.gen'
import { FRESH_MS, isFresh } from './freshness'

const AT = '2026-11-23T01:00:00Z'

it.each([
  [0, true],
  [FRESH_MS - 1, true],
  [FRESH_MS, false],
  [-500, true], // the clocks differ a little
])('%i ms after the call its emphasis is %s', (ageMs, fresh) => {
  expect(isFresh({ called_at: AT } as BoardCall, Date.parse(AT) + ageMs)).toBe(fresh)
})
