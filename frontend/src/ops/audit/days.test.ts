import { describe, expect, it } from 'vitest'
import { endOfDay, startOfDay } from './days'

const HALL = 'Asia/Shanghai'

describe('days of the audit', () => {
  it('are nothing without a date', () => {
    expect([startOfDay('', HALL), endOfDay('', HALL)]).toEqual(['', ''])
  })

  it('begin at midnight of the hall, wherever the page is', () => {
    expect(startOfDay('2026-11-23', HALL)).toBe('2026-11-22T16:00:00.000Z')
    expect(startOfDay('2026-11-23', 'America/New_York')).toBe('2026-11-23T05:00:00.000Z')
  })

  it('end where the next one begins, at the end of a month too', () => {
    expect(endOfDay('2026-11-30', HALL)).toBe(startOfDay('2026-12-01', HALL))
  })

  it('are longer or shorter when the clock of the hall is changed', () => {
    const hours = (day: string) =>
      (Date.parse(endOfDay(day, 'Europe/Berlin')) - Date.parse(startOfDay(day, 'Europe/Berlin'))) /
      3_600_000
    expect(['2026-03-29', '2026-10-25', '2026-10-26'].map(hours)).toEqual([23, 25, 24])
  })
})
