import type { CalendarEntry, CalendarOrder, CalendarYear } from '@/wire/wire.gen'
import { request } from './api'

const path = (hallId: string, year: number): string =>
  `/api/halls/${encodeURIComponent(hallId)}/calendar/${year}`

/** Which days of a year are worked, as far as they differ from Monday to Friday (DL1). */
export const fetchYear = (hallId: string, year: number): Promise<CalendarYear> =>
  request('GET', path(hallId, year))

/** Put the whole table of a year, which announces it; open cases follow soon after. */
export function putYear(
  hallId: string,
  year: number,
  days: readonly CalendarEntry[],
): Promise<CalendarYear> {
  const order: CalendarOrder = { days: [...days] }
  return request('PUT', path(hallId, year), order)
}
