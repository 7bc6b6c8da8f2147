import { beginning, clockDate } from '@/shared/time'
import type { CaseLine, CaseView, Urgency } from '@/wire/wire.gen'

/** A day as each language writes it: noon of it is that day wherever one reads. */
export const dayWords = (day: string, language: 'zh' | 'en'): string =>
  clockDate(Date.parse(`${day}T12:00:00Z`), 'UTC', language)

/** The values of the words that say until when: midnight is the end of the day before. */
export function ending(
  at: string,
  timeZone: string | null,
  language: 'zh' | 'en',
): { date: string; time: string } {
  const { time } = beginning(at, timeZone, language)
  const { date } = beginning(new Date(Date.parse(at) - 1).toISOString(), timeZone, language)
  return { date, time: time === '00:00' ? '24:00' : time }
}

/** The line of a case in its list, as the case stands now. */
export function lineOf(line: CaseLine, now: CaseView): CaseLine {
  return {
    ...line,
    number: now.number,
    state: now.state,
    department_id: now.department_id,
    department_name: now.department_name,
    staff_id: now.staff_id,
    staff_name: now.staff_name,
    tell_by: now.tell_by,
    due_day: now.due?.due_day ?? null,
    due_at: now.due?.due_at ?? null,
    is_provisional: now.due?.is_provisional ?? false,
    urgency: now.due?.urgency ?? null,
    outcome: now.outcome,
    visits: now.visits,
  }
}

/** What a list shows of how urgent a case is; nothing while there is time. */
export const alarmOf = (urgency: Urgency | null): Exclude<Urgency, 'green'> | null =>
  urgency === 'green' ? null : urgency

/** The lists of which the length is known, the most urgent first. */
export const COUNTED = ['overdue', 'red', 'amber', 'to_tell', 'to_deliver', 'open'] as const
export type Counts = Record<(typeof COUNTED)[number], number>

/** How much several departments have to do together. */
export function sumOf(counts: readonly Readonly<Counts>[]): Counts {
  const sum: Counts = { overdue: 0, red: 0, amber: 0, to_tell: 0, to_deliver: 0, open: 0 }
  for (const each of counts) for (const list of COUNTED) sum[list] += each[list]
  return sum
}

/** The hall's day at an instant, `2026-11-22`. */
export const dayOf = (ms: number, timeZone: string | null): string =>
  new Intl.DateTimeFormat('en-CA', { ...(timeZone && { timeZone }) }).format(ms)
