import type { Command } from '@/hub/hub'
import type { CallMode, OpsCounter } from '@/wire/wire.gen'

export const MODES: readonly CallMode[] = ['longest_wait', 'strict', 'shares']
export const SHARE_MAX = 20

/** What a counter is to serve, as it is being chosen (CL4). */
export interface Assignment {
  /** In the order of strict calling. */
  readonly queueIds: readonly string[]
  readonly mode: CallMode
  /** One a queue; also of those left out meanwhile, so that they come back as they were. */
  readonly shares: Readonly<Record<string, number>>
}

/** What the counter serves now. */
export function assignmentOf(counter: OpsCounter): Assignment {
  const shares = counter.queue_ids.map((id, n) => [id, counter.shares[n] ?? 1])
  return {
    queueIds: counter.queue_ids,
    mode: counter.mode,
    shares: Object.fromEntries(shares),
  }
}

/** With the queue, at the end; or without it. */
export function toggled(one: Assignment, queueId: string): Assignment {
  const without = one.queueIds.filter((id) => id !== queueId)
  const queueIds = without.length < one.queueIds.length ? without : [...without, queueId]
  return { ...one, queueIds }
}

/** With the queue one place earlier; as it was when it is the first. */
export function earlier(one: Assignment, queueId: string): Assignment {
  const at = one.queueIds.indexOf(queueId)
  const before = one.queueIds[at - 1]
  if (before === undefined) return one
  const queueIds = [...one.queueIds]
  queueIds.splice(at - 1, 2, queueId, before)
  return { ...one, queueIds }
}

/** The share of a queue. */
export const shareOf = (one: Assignment, queueId: string): number => one.shares[queueId] ?? 1

/** With another share of a queue, kept within what the hub takes. */
export function withShare(one: Assignment, queueId: string, share: number): Assignment {
  const kept = Math.min(SHARE_MAX, Math.max(1, Math.round(share) || 1))
  return { ...one, shares: { ...one.shares, [queueId]: kept } }
}

/** The command that brings it about; null while no queue is chosen. */
export function assignCommand(counterId: string, one: Assignment): Command | null {
  if (one.queueIds.length === 0) return null
  return {
    type: 'assign_counter',
    counter_id: counterId,
    queue_ids: [...one.queueIds],
    mode: one.mode,
    shares: one.mode === 'shares' ? one.queueIds.map((id) => shareOf(one, id)) : [],
  }
}
