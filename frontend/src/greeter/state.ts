import { clockTime } from '@/shared/time'
import type { Values } from '@/shared/words/i18n'
import { waitWords } from '@/shared/words/wait'
import type { FoundTicket, GreeterBooking, GreeterTicket, TicketState } from '@/wire/wire.gen'

/** What may be done with a ticket at the desk, in the order of the buttons. */
export const TICKET_ACTS = ['return', 'reprint', 'send', 'delay', 'cancel', 'why'] as const
export type TicketAct = (typeof TICKET_ACTS)[number]

/** What may be done with the ticket now. */
export function actsOf({
  state,
  returns_left: returnsLeft,
  can_delay,
}: GreeterTicket): TicketAct[] {
  switch (state) {
    case 'waiting':
      return can_delay
        ? ['reprint', 'send', 'delay', 'cancel', 'why']
        : ['reprint', 'send', 'cancel', 'why']
    case 'passed':
      return returnsLeft > 0
        ? ['return', 'reprint', 'send', 'cancel', 'why']
        : ['send', 'cancel', 'why']
    case 'called':
    case 'serving':
    case 'held':
      return ['reprint', 'why']
    case 'done':
    case 'cancelled':
    case 'abandoned':
    case 'expired':
      return ['why']
    default:
      return state satisfies never
  }
}

/** Words for the visitor: a key below `greeter.now`, and what stands in its braces. */
export interface Told {
  readonly key: `greeter.now.${TicketState | 'next' | 'passed_for_good'}`
  readonly values: Values
}

/** How the ticket stands, as one says it to its visitor; `wait` is told beside it. */
export function told(found: FoundTicket, timeZone: string | null): Told {
  const { state, counter_no: no, returns_left: left, passed_at: passedAt } = found.ticket
  switch (state) {
    case 'waiting':
      return found.ahead === 0
        ? { key: 'greeter.now.next', values: {} }
        : { key: 'greeter.now.waiting', values: { n: found.ahead ?? 0 } }
    case 'called':
      return {
        key: 'greeter.now.called',
        values: { no: no ?? '', time: timeOf(found.called_at, timeZone) },
      }
    case 'passed':
      return {
        key: left > 0 ? 'greeter.now.passed' : 'greeter.now.passed_for_good',
        values: { time: timeOf(passedAt, timeZone), left },
      }
    default:
      return { key: `greeter.now.${state}`, values: { no: no ?? '' } }
  }
}

/** The wait that a waiting ticket still has before it; null for the others. */
export function waitOf(found: FoundTicket): ReturnType<typeof waitWords> | null {
  if (found.ticket.state !== 'waiting') return null
  return waitWords(found.wait_min_s, found.wait_max_s)
}

/** Seconds until a passed ticket is given up (PS3); never below zero. */
export function leftS(passedAt: string, expiresS: number, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(passedAt) - now) / 1000) + expiresS)
}

/** Whether an expected visitor may check in: not yet, booked, or late as an ordinary one (AP2). */
export function arrivalOf(
  { slot_at: slotAt }: GreeterBooking,
  rules: { readonly check_in_early_s: number; readonly check_in_late_s: number },
  now: number,
): 'early' | 'in_time' | 'late' {
  const slot = Date.parse(slotAt)
  if (now < slot - rules.check_in_early_s * 1000) return 'early'
  return now <= slot + rules.check_in_late_s * 1000 ? 'in_time' : 'late'
}

function timeOf(at: string | null, timeZone: string | null): string {
  return at === null ? '' : clockTime(Date.parse(at), timeZone)
}
