import { describe, expect, it } from 'vitest'
import type { TurnView } from '@/wire/wire.gen'
import { expectedIn, markOf, moved } from './grid'

const TURN: TurnView = {
  day: '2026-11-23',
  counter_id: 'W01',
  half: 'morning',
  persons: ['li', 'wang'],
  away: [],
  differs: false,
  state: null,
  signed_on_at: null,
  signed_off_at: null,
  stand_in_id: null,
}

describe('the grid of a roster', () => {
  it('lets the next person be expected when A is away (SH2)', () => {
    const away = { ...TURN, away: ['li'] }
    expect([expectedIn(TURN), expectedIn(away)]).toEqual(['li', 'wang'])
    expect([markOf(TURN), markOf(away), markOf(undefined)]).toEqual([null, 'away', null])
    expect(expectedIn({ ...TURN, away: ['li', 'wang'] })).toBeNull()
  })

  it('says how a shift was kept before anything else (SH3)', () => {
    expect(markOf({ ...TURN, away: ['li'], state: 'missing' })).toBe('missing')
  })

  it('moves by arrows from half to half, window to window and day to day', () => {
    const rows = ['W01', 'W02']
    const days = ['2026-11-23', '2026-11-24']
    const from = { counterId: 'W01', day: '2026-11-23', half: 'afternoon' } as const
    expect(moved(from, 'ArrowDown', rows, days)).toEqual({
      counterId: 'W02',
      day: '2026-11-23',
      half: 'morning',
    })
    expect(moved(from, 'ArrowUp', rows, days)?.half).toBe('morning')
    expect(moved(from, 'End', rows, days)?.day).toBe('2026-11-24')
    expect(moved(from, 'ArrowLeft', rows, days)).toBe(from)
    expect(moved(from, 'x', rows, days)).toBeNull()
  })
})
