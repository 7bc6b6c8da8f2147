import { expect, it } from 'vitest'
import type { BoardCall } from '@/wire/wire.gen'
import { emphasisOf, NEW_MS } from './emphasis'

const AT = '2026-11-23T01:00:00Z'

it.each([
  [0, true, 'new'],
  [NEW_MS - 1, true, 'new'],
  [NEW_MS, true, 'awaited'],
  [-500, true, 'new'], // the clocks differ a little
  [0, false, 'past'],
  [NEW_MS, false, 'past'],
] as const)('%i ms after the call, awaited: %s, it is %s', (ageMs, isLive, emphasis) => {
  const call = { called_at: AT, is_live: isLive } as BoardCall
  expect(emphasisOf(call, Date.parse(AT) + ageMs)).toBe(emphasis)
})
