import { expect, test } from 'vitest'
import { barsOfToday, barsOfWeek, bestOf, halfHourTime, weekdayName, weekdayOf } from './best'

const TIMES = {
  time_zone: 'Asia/Shanghai',
  today: '2026-11-23',
  always_open: false,
  hours: [],
  usual: [
    {
      weekday: 1,
      wait_min: 12,
      half_hours: [
        { half_hour: 17, wait_min: 9 },
        { half_hour: 18, wait_min: 20 },
      ],
    },
    { weekday: 3, wait_min: 5, half_hours: [] },
  ],
}

test('best_half_hour_of_today_is_marked', () => {
  const bars = barsOfToday(TIMES, 18)
  expect(bars.map(({ key, waitMin, isBest, isNow }) => [key, waitMin, isBest, isNow])).toEqual([
    [17, 9, true, false],
    [18, 20, false, true],
  ])
  expect(bestOf(bars)?.key).toBe(17)
  expect(barsOfToday({ ...TIMES, today: '2026-11-24' }, 18)).toEqual([])
  expect(bestOf([])).toBeNull()
})

test('best_day_of_the_week_is_marked', () => {
  const bars = barsOfWeek(TIMES, 'en')
  expect(bars.map(({ label, isBest, isNow }) => [label, isBest, isNow])).toEqual([
    ['Mon', false, true],
    ['Wed', true, false],
  ])
})

test('days_and_times_have_names', () => {
  expect(weekdayOf('2026-11-29')).toBe(7)
  expect(weekdayName(2, 'zh')).toBe('周二')
  expect(weekdayName(2, 'en', true)).toBe('Tuesday')
  expect(halfHourTime(19)).toBe('09:30')
})
