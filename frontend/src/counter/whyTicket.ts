import type { CounterView } from '@/wire/wire.gen'

/** A ticket that somebody asks about. */
export interface AskedTicket {
  readonly ticket_id: string
  readonly number: string
}

/** Whom "why" is about: the list's ticket that was chosen, else the one at hand, else the next. */
export function whyTicket(view: CounterView, chosenId: string | null): AskedTicket | null {
  const listed: AskedTicket[] = [...view.next, ...view.held, ...view.passed]
  const chosen = listed.find((ticket) => ticket.ticket_id === chosenId)
  return chosen ?? view.ticket ?? view.next[0] ?? null
}

const ROW = 'row-'

/** The id of a ticket's row in a list. */
export const rowId = (ticketId: string): string => ROW + ticketId

/** The ticket of the list's row that has the focus. */
export function focusedTicketId(): string | null {
  const row = document.activeElement?.closest(`[id^="${ROW}"]`)
  return row ? row.id.slice(ROW.length) : null
}
