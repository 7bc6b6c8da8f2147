import { describe, expect, it } from 'vitest'
import { endOfDay, startOfDay } from './days'

describe('days of the audit', () => {
  it('are nothing without a date', () => {
    expect([startOfDay(''), endOfDay('')]).toEqual(['', ''])
  })

  it('end where the next one begins, at the end of a month too', () => {
    expect(endOfDay('2026-11-30')).toBe(startOfDay('2026-12-01'))
    expect(Date.parse(startOfDay('2026-11-23'))).toBe(new Date(2026, 10, 23).getTime())
  })
})
