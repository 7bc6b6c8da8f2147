import type { QueueStanding, StopCause } from '@/wire/wire.gen'

/** Why a queue gives out no numbers. */
export type Stop = StopCause | 'full'

/** Why a queue gives out no numbers for now; null when it does (TK4, TK5). */
export function stopOf({ stop, is_full: isFull }: QueueStanding): Stop | null {
  return stop ?? (isFull ? 'full' : null)
}
