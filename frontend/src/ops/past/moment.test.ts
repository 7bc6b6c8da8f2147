import { describe, expect, it } from 'vitest'
import type { ScreenCourse } from '@/wire/wire.gen'
import { atClock, changeAt, nearChange, within } from './moment'

const changes = [0, 1000, 1000, 5000]
const course: ScreenCourse = {
  began_at: '2026-11-23T00:30:00.250Z',
  ended_at: '2026-11-23T09:00:00Z',
  changes_ms: changes,
  calls_ms: [1000],
}

describe('the changes of a screen', () => {
  it.each([
    [-1, -1],
    [0, 0],
    [999, 0],
    [1000, 2],
    [4999, 2],
    [9000, 3],
  ])('at %i ms the last one was number %i', (ms, at) => {
    expect(changeAt(changes, ms)).toBe(at)
  })

  it.each([
    [0, 1, 1000],
    [1000, 1, 5000],
    [5000, 1, null],
    [6000, -1, 5000],
    [5000, -1, 1000],
    [1000, -1, 0],
    [0, -1, null],
  ] as const)('from %i ms, %i step leads to %s', (ms, by, to) => {
    expect(nearChange(changes, ms, by)).toBe(to)
  })
})

describe('a time of the day', () => {
  it('is meant by the clocks of the hall', () => {
    const at = atClock(course, 'Asia/Shanghai', '09:30:00')
    expect(Date.parse(course.began_at) + (at ?? 0)).toBe(Date.parse('2026-11-23T01:30:00Z'))
    expect(atClock(course, 'Asia/Shanghai', '09:30')).toBe(at)
  })

  it('stays within what is recorded', () => {
    expect(atClock(course, 'Asia/Shanghai', '06:00:00')).toBe(0)
    expect(atClock(course, 'Asia/Shanghai', '23:00:00')).toBe(within(course, Number.MAX_VALUE))
    expect(atClock(course, 'Asia/Shanghai', '')).toBeNull()
  })
})
