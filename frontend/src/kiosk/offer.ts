import { type Stop, stopOf } from '@/shared/stop'
import type { Channel, KioskQueue, TicketClass } from '@/wire/wire.gen'

/** Why a kiosk gives no number of a queue: it gives out none, has no room, or not in this way. */
export type Obstacle = Stop | 'elsewhere' | 'card_needed'

/** How a queue gives a number to this visitor. */
export interface Offer {
  readonly channel: Channel
  readonly ticketClass: TicketClass
  /** null when nothing stands in the way. */
  readonly obstacle: Obstacle | null
}

/** What the queue has for a visitor with or without a card, who asks for priority or does not. */
export function offerOf(queue: KioskQueue, hasCard: boolean, isCare: boolean): Offer {
  const takesCard = queue.channels.includes('card')
  const takesAnybody = queue.channels.includes('anonymous')
  return {
    channel: takesCard && (hasCard || !takesAnybody) ? 'card' : 'anonymous',
    ticketClass: isCare && queue.classes.includes('care') ? 'care' : 'ordinary',
    obstacle: obstacleOf(queue, takesCard, takesAnybody, hasCard),
  }
}

function obstacleOf(
  { standing }: KioskQueue,
  takesCard: boolean,
  takesAnybody: boolean,
  hasCard: boolean,
): Obstacle | null {
  if (!takesCard && !takesAnybody) return 'elsewhere'
  return stopOf(standing) ?? (takesAnybody || hasCard ? null : 'card_needed')
}

/** The key of the words for an obstacle: what it is, in short, or what to do. */
export function obstacleKey<P extends 'stop' | 'stopHint'>(part: P, obstacle: Obstacle) {
  return obstacle === 'elsewhere' || obstacle === 'card_needed'
    ? (`kiosk.${part}.${obstacle}` as const)
    : (`${part}.${obstacle}` as const)
}
