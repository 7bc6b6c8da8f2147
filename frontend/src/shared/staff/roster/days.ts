/** A day of the calendar, as `2026-11-23`. */
export type Day = string

const DAY_MS = 86_400_000
const WEEK = 7
const MONDAY = 1

const ms = (day: Day): number => Date.parse(`${day}T00:00:00Z`)

/** The day so many days later; earlier for a negative number. */
export const plusDays = (day: Day, days: number): Day =>
  new Date(ms(day) + days * DAY_MS).toISOString().slice(0, 10)

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: Day): number => new Date(ms(day)).getUTCDay() || WEEK

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** The key of its words. */
export const weekdayKey = (day: Day): Weekday => WEEKDAYS[weekdayOf(day) - 1] ?? 'mon'

/** The Monday of the day's week. */
export const mondayOf = (day: Day): Day => plusDays(day, MONDAY - weekdayOf(day))

/** Every day from the first to the last. */
export function daysBetween(first: Day, last: Day): Day[] {
  const count = Math.round((ms(last) - ms(first)) / DAY_MS) + 1
  return Array.from({ length: Math.max(0, count) }, (_, n) => plusDays(first, n))
}

export type Scale = 'week' | 'month'

/** The first and last day of the week or month that the day is in. */
export function spanOf(scale: Scale, day: Day): { first: Day; last: Day } {
  if (scale === 'week') return { first: mondayOf(day), last: plusDays(mondayOf(day), WEEK - 1) }
  const first = `${day.slice(0, 7)}-01`
  const nextMonth = `${plusDays(first, 31).slice(0, 7)}-01`
  return { first, last: plusDays(nextMonth, -1) }
}

/** A day of the week or month before or after. */
export function stepped(scale: Scale, day: Day, by: 1 | -1): Day {
  const { first, last } = spanOf(scale, day)
  if (scale === 'week') return plusDays(day, by * WEEK)
  return by === 1 ? plusDays(last, 1) : spanOf('month', plusDays(first, -1)).first
}

/** `11-23` */
export const shortDay = (day: Day): string => day.slice(5)
