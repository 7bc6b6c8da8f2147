import { expect, test } from 'vitest'
import { dayNo, halvesOf, isElsewhere, weekday } from './days'

test('half_hours_are_parted_at_noon_of_the_hall', () => {
  const slots = ['2026-11-24T01:00:00Z', '2026-11-24T04:00:00Z'].map((slot_at) => ({
    slot_at,
    left: 1,
  }))
  expect(
    halvesOf(slots, 'Asia/Shanghai').map(({ name, slots: own }) => [name, own.length]),
  ).toEqual([
    ['morning', 1],
    ['afternoon', 1],
  ])
  expect(halvesOf(slots, 'Europe/Berlin').map(({ name }) => name)).toEqual(['morning'])
  expect(halvesOf([], 'Asia/Shanghai')).toEqual([])
})

test('days_are_written_as_each_language_does', () => {
  expect(weekday('2026-11-24', 'zh')).toBe('周二')
  expect(weekday('2026-11-24', 'en')).toBe('Tue')
  expect(dayNo('2026-11-24', 'zh')).toBe('11/24')
  expect(dayNo('2026-11-24', 'en')).toBe('24 Nov')
})

test('phone_in_another_zone_is_told_so', () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  expect(isElsewhere(here)).toBe(false)
  expect(isElsewhere('Pacific/Kiritimati') && isElsewhere('Pacific/Midway')).toBe(true)
  expect(isElsewhere(null)).toBe(false)
})
