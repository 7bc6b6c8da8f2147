import type { Channel, KioskQueue, TicketClass } from '@/wire/wire.gen'
import { type Stop, stopOf } from './stop'

/** Why a visitor in the hall gets no number of a queue: it gives out none, has no room, or not in this way. */
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
