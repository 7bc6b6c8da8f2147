import { expect, it } from 'vitest'
import type { BoardCall } from '@/wire/wire.gen'
import { isMissed } from './missed'

const AT = Date.parse('2026-11-23T01:00:00Z')
const call = { called_at: '2026-11-23T01:00:00Z' } as BoardCall

it.each([
  [AT - 20_000, AT + 5_000, AT + 6_000, true],
  [AT - 300_000, AT + 59_000, AT + 59_500, true],
  [AT - 300_000, AT + 61_000, AT + 61_000, false], // longer ago than a minute
  [AT - 20_000, AT + 5_000, AT + 60_000, false], // marked for a minute
  [AT + 1, AT + 9_000, AT + 9_000, false], // it was shown in time
  [AT - 20_000, AT - 5_000, AT, false], // it came after the break
])('break %i to %i, seen at %i: %s', (fromMs, toMs, nowMs, missed) => {
  expect(isMissed(call, { fromMs, toMs }, nowMs)).toBe(missed)
})

it('marks nothing while there was no break', () => {
  expect(isMissed(call, null, AT)).toBe(false)
})
