import { expect, test } from 'vitest'
import {
  changesBetween,
  dayByKey,
  isWorked,
  monthsOf,
  named,
  type Table,
  toggled,
  workedDays,
} from './year'

const MAY: Table = [
  { day: '2026-05-01', is_working: false, name: '劳动节' },
  { day: '2026-05-09', is_working: true, name: '劳动节' },
]

test('a year has each of its days once, below its weekday', () => {
  const months = monthsOf(2028)
  const days = months.flatMap((month) => month.flat()).filter((day) => day !== null)
  expect(days.length).toBe(366)
  expect(new Set(days).size).toBe(366)
  expect(months[1]?.flat().at(-1)).toBeNull() // 29 February 2028 is a Tuesday
  expect(months[1]?.at(-1)?.[1]).toBe('2028-02-29')
  expect(months.every((month) => month.every((week) => week.length === 7))).toBe(true)
})

test('Monday to Friday are worked but for the table', () => {
  expect(isWorked([], '2026-05-01')).toBe(true)
  expect(isWorked(MAY, '2026-05-01')).toBe(false)
  expect(isWorked(MAY, '2026-05-09')).toBe(true)
  expect(workedDays([], 2026)).toBe(261)
  expect(workedDays(MAY, 2026)).toBe(261)
})

test('a day that is as usual again needs no entry, and another is put in its place', () => {
  expect(toggled(MAY, '2026-05-01')).toEqual([MAY[1]])
  expect(toggled(MAY, '2026-05-04').map((one) => one.day)).toEqual([
    '2026-05-01',
    '2026-05-04',
    '2026-05-09',
  ])
  expect(toggled(toggled(MAY, '2026-05-04'), '2026-05-04')).toEqual(MAY)
})

test('what is not saved yet is counted by days', () => {
  expect(changesBetween(MAY, MAY)).toBe(0)
  expect(changesBetween(MAY, named(MAY, '2026-05-01', 'Labour Day'))).toBe(1)
  expect(changesBetween(MAY, toggled(toggled(MAY, '2026-05-01'), '2026-06-19'))).toBe(2)
})

test('arrows lead to the next day and week of the same year', () => {
  expect(dayByKey('ArrowDown', '2026-02-25')).toBe('2026-03-04')
  expect(dayByKey('ArrowLeft', '2026-03-01')).toBe('2026-02-28')
  expect(dayByKey('ArrowLeft', '2026-01-01')).toBeNull()
  expect(dayByKey('Enter', '2026-01-01')).toBeNull()
})
