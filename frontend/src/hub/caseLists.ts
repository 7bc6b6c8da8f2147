import type { CaseDigests, CasePage, CaseTarget, CaseView, DepartmentCounts } from '@/wire/wire.gen'
import { ApiError, request } from './api'

/** The lists of cases that are not over; only those before `asked` are counted. */
export const LISTS = [
  'open',
  'overdue',
  'red',
  'amber',
  'to_tell',
  'to_deliver',
  'asked',
  'mine',
] as const
export type ListKind = (typeof LISTS)[number]

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}/cases`

/** A part of a list, what is due first before the others; of one department or of all one's own. */
export function fetchCases(
  hallId: string,
  kind: ListKind,
  departmentId: string | null,
  after: string | null,
): Promise<CasePage> {
  const query = new URLSearchParams({ kind })
  if (departmentId !== null) query.set('department_id', departmentId)
  if (after !== null) query.set('after', after)
  return request('GET', `${root(hallId)}?${query}`)
}

export const fetchCaseCounts = (hallId: string): Promise<DepartmentCounts[]> =>
  request('GET', `${root(hallId)}/counts`)

/** The case with this number, `2026-000123` or this year's `123`; null without one. */
export async function fetchCaseNumbered(hallId: string, number: string): Promise<CaseView | null> {
  try {
    return await request('GET', `${root(hallId)}/numbered/${part(number)}`)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/** What departments were told on a day; of '', on the newest. */
export const fetchDigests = (hallId: string, day: string): Promise<CaseDigests> =>
  request('GET', `${root(hallId)}/digests${day && `?day=${part(day)}`}`)

/** Where a case may be handed, and who is there. */
export const fetchTargets = (hallId: string): Promise<CaseTarget[]> =>
  request('GET', `${root(hallId)}/targets`)
