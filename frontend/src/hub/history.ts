import type { Account, FoundTicket, FoundTickets, ScreenCourse, TicketView } from '@/wire/wire.gen'
import { request } from './api'
import type { Topic, ViewOf } from './topics'

/** The first question about a day waits until the whole of it has been read. */
const READING_MAX_MS = 20_000

/** A day of which there is a record. */
export interface RecordedDay {
  day: string
  tickets: number
  is_closed: boolean
}

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`
const ask = <T>(path: string): Promise<T> => request<T>('GET', path, undefined, READING_MAX_MS)

/** The recorded days, newest first. */
export const fetchDays = (hallId: string): Promise<RecordedDay[]> => ask(`${root(hallId)}/days`)

/** The day's tickets that a visitor may mean who says this number, newest first. */
export async function fetchTicketsThen(
  hallId: string,
  day: string,
  number: string,
): Promise<FoundTicket[]> {
  const path = `${root(hallId)}/days/${part(day)}/tickets?number=${part(number)}`
  return (await ask<FoundTickets>(path)).tickets
}

/** Why a ticket waited, for staff; of today unless another day is given. */
export function fetchWhy(hallId: string, ticketId: string, day?: string): Promise<Account> {
  const path = `${root(hallId)}/tickets/${part(ticketId)}/why`
  return ask(day === undefined ? path : `${path}?day=${part(day)}`)
}

/** Why one's own ticket waits. */
export const fetchWhyMine = (token: string): Promise<Account> =>
  ask(`/api/tickets/${part(token)}/why`)

/** One's own visit of the last days, as it ended. */
export const fetchVisit = (token: string): Promise<TicketView> =>
  ask(`/api/tickets/${part(token)}/visit`)

/** When the screen changed in the course of that day. */
export const fetchCourse = (hallId: string, day: string, topic: Topic): Promise<ScreenCourse> =>
  ask(`${root(hallId)}/days/${part(day)}/topics/${part(topic)}/course`)

/** What the topic showed at that instant, in ms. */
export async function fetchThen<T extends Topic>(
  hallId: string,
  day: string,
  topic: T,
  atMs: number,
): Promise<ViewOf<T>> {
  const at = new Date(atMs).toISOString()
  const path = `${root(hallId)}/days/${part(day)}/topics/${part(topic)}?at=${part(at)}`
  return (await ask<{ view: ViewOf<T> }>(path)).view
}
