import type { FoundTickets } from '@/wire/wire.gen'
import { ApiError, request, type Session, type StaffMember } from './api'

// Apart from `api.ts`, which visitors' phones load.

/** Who is signed in; null for nobody. */
export async function fetchSession(): Promise<Session | null> {
  try {
    return await request<Session>('GET', '/api/session')
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

/** `code`: of the second factor, where the server asked for it. */
export const signIn = (username: string, password: string, code: string): Promise<Session> =>
  request<Session>('POST', '/api/session', { username, password, code })

/** Say that somebody is at the page, so that the session lives on. */
export const keepSession = (): Promise<void> => request('PUT', '/api/session')

export async function signOut(): Promise<void> {
  await request<unknown>('DELETE', '/api/session')
}

/** Whoever may sign in at the hall, by user name; for supervisors. */
export const fetchStaff = (hallId: string): Promise<StaffMember[]> =>
  request<StaffMember[]>('GET', `/api/halls/${encodeURIComponent(hallId)}/staff`)

/** What staff look for tickets by: a number as a visitor says it, or the visitor's card. */
export type Wanted = { readonly number: string } | { readonly card: string }

/** Today's tickets that are meant, newest first. */
export const findTickets = (hallId: string, wanted: Wanted): Promise<FoundTickets> =>
  request<FoundTickets>('POST', `/api/halls/${encodeURIComponent(hallId)}/tickets/find`, wanted)
