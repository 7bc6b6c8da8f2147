import { type Obstacle, offerOf } from '@/shared/offer'
import type { KioskQueue, TakeTicket } from '@/wire/wire.gen'

/** How many services one ticket may hold (TK7). */
export const SERVICES_MAX = 10
/** A card that was read is forgotten after this time: the visitor may have gone. */
export const CARD_MS = 60_000
/** In place of a kiosk: no paper, the visitor takes the code on the screen along. */
export const SCREEN = 'screen'

/** What the greeter has chosen for the visitor so far. */
export interface Draft {
  readonly queueId: string | null
  readonly serviceIds: readonly string[]
  readonly isCare: boolean
  /** The number of the campus card; sent, never shown. */
  readonly card: string | null
}

export const EMPTY: Draft = { queueId: null, serviceIds: [], isCare: false, card: null }

/** The draft with another queue, which has other services; the same queue leaves it as it is. */
export function withQueue(draft: Draft, queueId: string | null): Draft {
  return draft.queueId === queueId ? draft : { ...draft, queueId, serviceIds: [] }
}

/** The draft with the service chosen, or no longer; a service of another queue begins anew there. */
export function withService(draft: Draft, queueId: string, serviceId: string): Draft {
  const { serviceIds } = withQueue(draft, queueId)
  const isChosen = serviceIds.includes(serviceId)
  if (!isChosen && serviceIds.length >= SERVICES_MAX) return draft
  const next = isChosen ? serviceIds.filter((id) => id !== serviceId) : [...serviceIds, serviceId]
  return { ...draft, queueId, serviceIds: next }
}

/** Why no number can be taken; null when one can. */
export function obstacleOf(draft: Draft, queue: KioskQueue | null): Obstacle | 'no_queue' | null {
  if (queue === null) return 'no_queue'
  return offerOf(queue, draft.card !== null, draft.isCare).obstacle
}

/** Whether care was asked for of a queue that has no such class. */
export function isCareOff(draft: Draft, queue: KioskQueue | null): boolean {
  return draft.isCare && queue !== null && !queue.classes.includes('care')
}

/** The command for the draft; `outlet` is the kiosk that prints, or `SCREEN`. */
export function takeTicket(draft: Draft, queue: KioskQueue, outlet: string): TakeTicket {
  const { channel, ticketClass } = offerOf(queue, draft.card !== null, draft.isCare)
  const isPrinted = outlet !== SCREEN
  return {
    type: 'take_ticket',
    channel,
    ...(draft.serviceIds.length > 0
      ? { service_ids: [...draft.serviceIds] }
      : { queue_id: queue.standing.queue_id }),
    ticket_class: ticketClass,
    ...(channel === 'card' && draft.card !== null && { card: draft.card }),
    ...(isPrinted && { kiosk_id: outlet }),
    print: isPrinted,
  }
}
