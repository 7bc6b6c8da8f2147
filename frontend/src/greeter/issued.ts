import type { GreeterView, Result, Text, TicketClass } from '@/wire/wire.gen'

/** A number just taken at the desk, with all that its visitor is told. */
export interface Issued {
  readonly ticketId: string
  readonly number: string
  readonly token: string
  readonly queueName: Text
  readonly zoneName: Text
  readonly ticketClass: TicketClass
  readonly ahead: number
  readonly waitMinS: number | null
  readonly waitMaxS: number | null
  /** The kiosk that prints it; null when nothing is printed. */
  readonly kioskId: string | null
  /** Its first paper. */
  readonly jobId: string
}

/** The answer to taking a number as the visitor is told of it; null when it is not whole. */
export function issuedOf(
  result: Result,
  view: GreeterView,
  ticketClass: TicketClass,
  kioskId: string | null,
): Issued | null {
  const { ticket_id: ticketId, number, token, queue_id: queueId } = result
  const queue = view.queues.find(({ standing }) => standing.queue_id === queueId)
  if (ticketId === undefined || number === undefined || token === undefined || !queue) return null
  return {
    ticketId,
    number,
    token,
    queueName: queue.standing.name,
    zoneName: queue.zone_name,
    ticketClass,
    ahead: result.ahead ?? 0,
    waitMinS: result.wait_min_s ?? null,
    waitMaxS: result.wait_max_s ?? null,
    kioskId,
    jobId: `${ticketId}-1`,
  }
}
