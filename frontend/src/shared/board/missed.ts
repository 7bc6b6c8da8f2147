import type { BoardCall } from '@/wire/wire.gen'

/** When a board showed nothing new, in ms of the hub's clock. */
export interface Break {
  readonly fromMs: number
  readonly toMs: number
}

/** How long a call that was made meanwhile is marked. */
export const MISSED_MS = 60_000

/** Whether the call was made during the break, less than a minute ago: it was not shown in time. */
export function isMissed(call: BoardCall, last: Break | null, nowMs: number): boolean {
  if (last === null) return false
  const atMs = Date.parse(call.called_at)
  return atMs > last.fromMs && atMs <= last.toMs && nowMs - atMs < MISSED_MS
}
