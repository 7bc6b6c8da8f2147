import type { OpsCounter, OpsQueue, OpsView, TicketState } from '@/wire/wire.gen'

/** Every window, zone by zone. */
export const countersOf = (view: OpsView): OpsCounter[] =>
  view.zones.flatMap((zone) => zone.counters)

/** The windows that serve the queue now. */
export const serversOf = (view: OpsView, queueId: string): OpsCounter[] =>
  countersOf(view).filter((counter) => counter.queue_ids.includes(queueId))

/** How many of today's tickets are in one of these states. */
export const ticketsIn = (view: OpsView, ...states: TicketState[]): number =>
  view.figures.by_state
    .filter((one) => states.includes(one.state))
    .reduce((sum, one) => sum + one.tickets, 0)

/** What wants the eye first: nobody serves them though they wait, or they wait too long. */
export type Strain = 'none' | 'long' | 'unserved'

/** From this wait of the oldest on, a queue is marked. */
const LONG_S = 1_800

export function strainOf(queue: OpsQueue, now: number): Strain {
  const { waiting, open_counters } = queue.standing
  if (waiting > 0 && open_counters === 0) return 'unserved'
  const issuedAt = queue.oldest_issued_at
  return issuedAt !== null && now - Date.parse(issuedAt) > LONG_S * 1000 ? 'long' : 'none'
}

/** Whether nobody may take a number of any queue. */
export const isAllStopped = (view: OpsView): boolean =>
  view.queues.length > 0 && view.queues.every((queue) => queue.standing.stop !== null)

/** A span since an instant in ms, never below zero; null without one. */
export const since = (at: string | null, now: number): number | null =>
  at === null ? null : Math.max(0, now - Date.parse(at))
