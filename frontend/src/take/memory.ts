const TICKET_KEY = 'yizhan.ticket'

/** A ticket that was taken on this phone. */
export interface TakenTicket {
  readonly number: string
  readonly token: string
  /** The day it counts on, as the hall's views have it. */
  readonly day: string
}

/** The last ticket of that day that was taken on this phone. */
export function rememberedTicket(day: string): TakenTicket | null {
  try {
    const kept = JSON.parse(localStorage.getItem(TICKET_KEY) ?? 'null') as TakenTicket | null
    return kept?.day === day ? kept : null
  } catch {
    return null // somebody else's, or cut off
  }
}

export function rememberTicket(ticket: TakenTicket): void {
  localStorage.setItem(TICKET_KEY, JSON.stringify(ticket))
}
