import type { BoardCall } from '@/wire/wire.gen'

/** How long a call is emphasised. */
export const FRESH_MS = 10_000

/** Whether `call` was made so shortly before `nowMs`, by the hub's clock, that it is emphasised. */
export function isFresh(call: BoardCall, nowMs: number): boolean {
  return nowMs - Date.parse(call.called_at) < FRESH_MS
}
