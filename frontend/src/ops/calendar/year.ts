import type { CalendarEntry } from '@/wire/wire.gen'

const DAY_MS = 86_400_000

/** The days of a month in weeks that begin on Monday; null before the first and after the last. */
export type Month = readonly (readonly (string | null)[])[]

/** The day so many days later, `2026-03-01`; days have no time zone, so UTC counts them. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

/** Monday is 0. */
export const weekdayOf = (day: string): number => (new Date(day).getUTCDay() + 6) % 7

/** What a day is without a table. */
export const isUsuallyWorked = (day: string): boolean => weekdayOf(day) < 5

/** The twelve months of a year. */
export function monthsOf(year: number): Month[] {
  return Array.from({ length: 12 }, (_, month) => {
    const prefix = `${year}-${String(month + 1).padStart(2, '0')}`
    const cells: (string | null)[] = Array.from({ length: weekdayOf(`${prefix}-01`) }, () => null)
    for (let day = `${prefix}-01`; day.startsWith(prefix); day = dayAfter(day)) cells.push(day)
    while (cells.length % 7 > 0) cells.push(null)
    return Array.from({ length: cells.length / 7 }, (_none, week) =>
      cells.slice(week * 7, week * 7 + 7),
    )
  })
}

/** A year's table in the order of its days. */
export type Table = readonly CalendarEntry[]

export const entryOf = (table: Table, day: string): CalendarEntry | null =>
  table.find((one) => one.day === day) ?? null

export const isWorked = (table: Table, day: string): boolean =>
  entryOf(table, day)?.is_working ?? isUsuallyWorked(day)

/** With the day worked instead of free or the other way round; what is usual needs no entry. */
export function toggled(table: Table, day: string): Table {
  const others = table.filter((one) => one.day !== day)
  const isNow = !isWorked(table, day)
  if (isNow === isUsuallyWorked(day)) return others
  const entry = { day, is_working: isNow, name: entryOf(table, day)?.name ?? '' }
  return [...others, entry].sort((a, b) => (a.day < b.day ? -1 : 1))
}

/** With another name for the day of an entry. */
export const named = (table: Table, day: string, name: string): Table =>
  table.map((one) => (one.day === day ? { ...one, name } : one))

/** How many days are worked in the year. */
export function workedDays(table: Table, year: number): number {
  let found = 0
  for (let day = `${year}-01-01`; day.startsWith(`${year}`); day = dayAfter(day))
    if (isWorked(table, day)) found += 1
  return found
}

/** How many days are different in the two tables, or otherwise named. */
export function changesBetween(before: Table, after: Table): number {
  const days = new Set([...before, ...after].map((one) => one.day))
  return [...days].filter(
    (day) => JSON.stringify(entryOf(before, day)) !== JSON.stringify(entryOf(after, day)),
  ).length
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
}

/** The day to which a key leads, of the same year; null for a key that leads nowhere. */
export function dayByKey(key: string, day: string): string | null {
  const step = STEPS[key]
  if (step === undefined) return null
  const next = dayAfter(day, step)
  return next.slice(0, 4) === day.slice(0, 4) ? next : null
}
