import { expect, test } from 'vitest'
import { alarmOf, dayOf, dayWords, ending, sumOf } from './lines'

const NONE = { overdue: 0, red: 0, amber: 0, to_tell: 0, to_deliver: 0, open: 0 }

test('a day is that day in whatever time zone one reads it', () => {
  expect(dayWords('2026-11-23', 'en')).toContain('23 Nov')
  expect(dayOf(Date.parse('2026-11-22T16:30:00Z'), 'Asia/Shanghai')).toBe('2026-11-23')
  expect(dayOf(Date.parse('2026-11-22T15:30:00Z'), 'Asia/Shanghai')).toBe('2026-11-22')
})

test('what ends at midnight ends on the day that is over then', () => {
  const midnight = ending('2026-11-30T16:00:00Z', 'Asia/Shanghai', 'zh')
  expect(midnight).toEqual({ date: '11月30日 星期一', time: '24:00' })
  const afternoon = ending('2026-11-30T09:30:00Z', 'Asia/Shanghai', 'zh')
  expect(afternoon).toEqual({ date: '11月30日 星期一', time: '17:30' })
})

test('departments are counted together', () => {
  expect(sumOf([])).toEqual(NONE)
  const both = [
    { ...NONE, open: 3, red: 1 },
    { ...NONE, open: 2, overdue: 1 },
  ]
  expect(sumOf(both)).toEqual({ ...NONE, open: 5, red: 1, overdue: 1 })
})

test('a case with time left raises no alarm', () => {
  expect(alarmOf('green')).toBeNull()
  expect(alarmOf(null)).toBeNull()
  expect(alarmOf('red')).toBe('red')
})
