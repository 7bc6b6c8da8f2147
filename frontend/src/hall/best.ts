import type { UsualDay, VisitTimesView } from '@/wire/wire.gen'

/** A bar of the chart. */
export interface Bar {
  readonly key: number
  readonly label: string
  readonly waitMin: number
  readonly isBest: boolean
  readonly isNow: boolean
}

export const weekdayOf = (day: string): number => {
  const found = new Date(`${day}T12:00:00Z`).getUTCDay()
  return found === 0 ? 7 : found
}

export const weekdayName = (weekday: number, language: 'zh' | 'en', isLong = false): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    weekday: isLong || language === 'zh' ? (language === 'zh' ? 'short' : 'long') : 'short',
    timeZone: 'UTC',
  }).format(Date.UTC(2026, 10, 22 + weekday)) // the 22nd is a Sunday

/** `09:30` of the half hour from midnight on. */
export function halfHourTime(halfHour: number): string {
  const minutes = (halfHour % 2) * 30
  return `${String(Math.floor(halfHour / 2)).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

/** Today's half hours, if its weekday is known. */
export function barsOfToday(times: VisitTimesView, nowHalfHour: number): Bar[] {
  const found = dayOf(times, weekdayOf(times.today))?.half_hours ?? []
  const best = Math.min(...found.map(({ wait_min }) => wait_min))
  return found.map(({ half_hour, wait_min }) => ({
    key: half_hour,
    label: half_hour % 2 === 0 ? String(half_hour / 2) : '',
    waitMin: wait_min,
    isBest: wait_min === best,
    isNow: half_hour === nowHalfHour,
  }))
}

/** The weekdays that are known. */
export function barsOfWeek(times: VisitTimesView, language: 'zh' | 'en'): Bar[] {
  const best = Math.min(...times.usual.map(({ wait_min }) => wait_min))
  const today = weekdayOf(times.today)
  return times.usual.map(({ weekday, wait_min }) => ({
    key: weekday,
    label: weekdayName(weekday, language),
    waitMin: wait_min,
    isBest: wait_min === best,
    isNow: weekday === today,
  }))
}

/** The first of those that are best. */
export const bestOf = (bars: readonly Bar[]): Bar | null =>
  bars.find(({ isBest }) => isBest) ?? null

function dayOf(times: VisitTimesView, weekday: number): UsualDay | null {
  return times.usual.find((one) => one.weekday === weekday) ?? null
}
