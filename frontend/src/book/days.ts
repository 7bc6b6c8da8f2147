import { clockDate, clockTime } from '@/shared/time'
import type { FreeSlot } from '@/wire/wire.gen'

export interface Half {
  readonly name: 'morning' | 'afternoon'
  readonly slots: FreeSlot[]
}

/** The half hours before and after noon by the hall's clock; halves without any are left out. */
export function halvesOf(slots: readonly FreeSlot[], timeZone: string | null): Half[] {
  const isMorning = ({ slot_at }: FreeSlot): boolean =>
    clockTime(Date.parse(slot_at), timeZone) < '12:00'
  const halves: Half[] = [
    { name: 'morning', slots: slots.filter(isMorning) },
    { name: 'afternoon', slots: slots.filter((slot) => !isMorning(slot)) },
  ]
  return halves.filter((half) => half.slots.length > 0)
}

/** A day has no time zone: noon of it is on it everywhere that a hall may be. */
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`)

export function weekday(day: string, language: 'zh' | 'en'): string {
  const locale = language === 'en' ? 'en-GB' : 'zh-CN'
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(noon(day))
}

export function dayNo(day: string, language: 'zh' | 'en'): string {
  if (language === 'en')
    return new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    }).format(noon(day))
  const [, month, date] = day.split('-').map(Number)
  return `${month}/${date}`
}

/** Whether this phone's clock shows other times than the hall's just now. */
export function isElsewhere(timeZone: string | null, now: number = Date.now()): boolean {
  return timeZone !== null && clockTime(now, timeZone) !== clockTime(now, null)
}

/** The day with its weekday, as each language writes it. */
export const dayWords = (day: string, language: 'zh' | 'en'): string =>
  clockDate(noon(day), 'UTC', language)
