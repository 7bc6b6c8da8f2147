import type { RosterChange, RosterDo, RosterView, TableRead } from '@/wire/wire.gen'
import { request } from './api'
import { newCommandId } from './ids'

/** Six weeks with how each shift was kept are read from the archive. */
const ROSTER_MAX_MS = 15_000

export type RosterCommand = RosterDo['command']
export type SheetOf = 'shifts' | 'attendance'

const root = (hallId: string): string => `/api/halls/${encodeURIComponent(hallId)}/roster`
const span = (first: string, last: string): string => `first=${first}&last=${last}`

/** The roster of the windows that one manages; days as `2026-11-23`. */
export const fetchRoster = (hallId: string, first: string, last: string): Promise<RosterView> =>
  request('GET', `${root(hallId)}?${span(first, last)}`, undefined, ROSTER_MAX_MS)

/** The own turns, and those one may swap with. */
export const fetchOwnShifts = (hallId: string, first: string, last: string): Promise<RosterView> =>
  request('GET', `${root(hallId)}/mine?${span(first, last)}`, undefined, ROSTER_MAX_MS)

/** How many versions are told at once. */
export const CHANGES_AT_ONCE = 50

/** Who decided what of the whole hall, newest first; of a day, and before a version, if given. */
export function fetchRosterChanges(
  hallId: string,
  day: string,
  before: number | null,
): Promise<RosterChange[]> {
  const asked = new URLSearchParams({ count: String(CHANGES_AT_ONCE) })
  if (day !== '') asked.set('day', day)
  if (before !== null) asked.set('before', String(before))
  return request('GET', `${root(hallId)}/changes?${asked}`, undefined, ROSTER_MAX_MS)
}

/** Carry a command out; throws an ApiError with the code of its refusal. */
export const doRoster = (hallId: string, command: RosterCommand): Promise<void> =>
  request('POST', root(hallId), { type: 'do', id: newCommandId(), command })

/** What a table of weeks comes to, or came to unless it is a trial; faults and all. */
export const sendTable = (
  hallId: string,
  text: string,
  reason: string,
  isTrial: boolean,
): Promise<TableRead> => {
  const order = { id: newCommandId(), text, reason, is_trial: isTrial }
  return request('POST', `${root(hallId)}/table`, order, ROSTER_MAX_MS)
}

/** Where the weeks are to be had as a table that can be read back. */
export const tableAddress = (hallId: string): string => `${root(hallId)}/table`

/** Where the days, or the attendance, are to be had as a file. */
export const sheetAddress = (
  hallId: string,
  days: { first: string; last: string },
  of: SheetOf,
  format: 'csv' | 'xlsx',
  language: string,
): string =>
  `${root(hallId)}/export?${span(days.first, days.last)}&of=${of}&format=${format}&language=${language}`
