import { clockInstant } from '@/shared/time'

/** When a day of a date field begins in the hall; empty for an empty one. */
export const startOfDay = (day: string, timeZone: string | null): string =>
  day === '' ? '' : new Date(clockInstant(`${day}T00:00:00`, timeZone)).toISOString()

/** When it ends, as `startOfDay` says of the next one. */
export function endOfDay(day: string, timeZone: string | null): string {
  if (day === '') return ''
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return startOfDay(next.toISOString().slice(0, 10), timeZone)
}
