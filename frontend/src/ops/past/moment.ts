import { clockTime } from '@/shared/time'
import type { ScreenCourse } from '@/wire/wire.gen'

/** The place of the last change at or before `ms` since the beginning; -1 before the first. */
export function changeAt(changesMs: readonly number[], ms: number): number {
  let from = 0
  let to = changesMs.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((changesMs[middle] ?? Number.POSITIVE_INFINITY) <= ms) from = middle + 1
    else to = middle
  }
  return from - 1
}

/** When the next change is, or the one before; null when there is none. */
export function nearChange(changesMs: readonly number[], ms: number, by: 1 | -1): number | null {
  const at = changeAt(changesMs, ms)
  if (by === 1) return changesMs[at + 1] ?? null
  const isOnIt = changesMs[at] === ms
  return changesMs[isOnIt ? changeAt(changesMs, ms - 1) : at] ?? null
}

/** `ms` within the day that is recorded, since its beginning. */
export function within(course: ScreenCourse, ms: number): number {
  return Math.min(Math.max(0, ms), lengthOf(course))
}

/** How long the recorded day is, in ms. */
export function lengthOf(course: ScreenCourse): number {
  return Math.max(0, Math.ceil(Date.parse(course.ended_at) - Date.parse(course.began_at)))
}

/** The ms since the beginning at which clocks of the hall showed `09:30:00`; null for no time. */
export function atClock(course: ScreenCourse, timeZone: string, text: string): number | null {
  const wanted = secondsOf(text)
  const began = Date.parse(course.began_at)
  const first = secondsOf(clockTime(began, timeZone, true))
  if (wanted === null || first === null) return null
  return within(course, (wanted - first) * 1000 - (began % 1000))
}

function secondsOf(text: string): number | null {
  const found = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text)
  if (!found) return null
  return Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3] ?? 0)
}
