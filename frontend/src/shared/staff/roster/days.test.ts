import { describe, expect, it } from 'vitest'
import { daysBetween, mondayOf, plusDays, spanOf, stepped, weekdayOf } from './days'

describe('days of a roster', () => {
  it('knows weekdays and Mondays', () => {
    expect(weekdayOf('2026-11-22')).toBe(7)
    expect(mondayOf('2026-11-22')).toBe('2026-11-16')
    expect(mondayOf('2026-11-23')).toBe('2026-11-23')
  })

  it('counts over the ends of months and years', () => {
    expect(plusDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(plusDays('2028-03-01', -1)).toBe('2028-02-29')
    expect(daysBetween('2026-11-29', '2026-12-02')).toHaveLength(4)
  })

  it('spans the week or the month of a day', () => {
    expect(spanOf('week', '2026-11-25')).toEqual({ first: '2026-11-23', last: '2026-11-29' })
    expect(spanOf('month', '2026-02-14')).toEqual({ first: '2026-02-01', last: '2026-02-28' })
  })

  it('steps from one to the next and back', () => {
    expect(stepped('week', '2026-11-25', -1)).toBe('2026-11-18')
    expect(stepped('month', '2026-01-31', 1)).toBe('2026-02-01')
    expect(stepped('month', '2026-03-31', -1)).toBe('2026-02-01')
  })
})
