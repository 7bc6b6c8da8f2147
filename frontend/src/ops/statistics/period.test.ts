import { describe, expect, it } from 'vitest'
import { isSound, lengthOf, neighbour, periodOf } from './period'

describe('a period', () => {
  it('of a name is the one that the day is in', () => {
    const day = '2026-11-22' // a Sunday
    expect(periodOf('today', day)).toEqual({ from: day, to: day })
    expect(periodOf('yesterday', '2026-03-01')).toEqual({ from: '2026-02-28', to: '2026-02-28' })
    expect(periodOf('week', day)).toEqual({ from: '2026-11-16', to: '2026-11-22' })
    expect(periodOf('month', '2028-02-10')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(periodOf('year', day)).toEqual({ from: '2026-01-01', to: '2026-12-31' })
  })

  it('has neighbours of its kind', () => {
    const march = periodOf('month', '2026-03-15')
    expect(neighbour('month', march, -1)).toEqual(periodOf('month', '2026-02-01'))
    expect(neighbour('month', march, 1)).toEqual(periodOf('month', '2026-04-01'))
    const any = { from: '2026-03-10', to: '2026-03-12' }
    expect(lengthOf(any)).toBe(3)
    expect(neighbour('any', any, 1)).toEqual({ from: '2026-03-13', to: '2026-03-15' })
  })

  it('cannot end before it begins', () => {
    expect(isSound({ from: '2026-03-10', to: '2026-03-09' })).toBe(false)
    expect(isSound({ from: '', to: '2026-03-09' })).toBe(false)
    expect(isSound({ from: '2026-03-09', to: '2026-03-09' })).toBe(true)
  })
})
