import { type WaitWords, waitWords } from '@/shared/words/wait'
import type { QueueStanding, StopCause } from '@/wire/wire.gen'

/** Why a queue gives out no numbers. */
export type Stop = StopCause | 'full'

/** Why a queue gives out no numbers for now; null when it does (TK4, TK5). */
export function stopOf({ stop, is_full: isFull }: QueueStanding): Stop | null {
  return stop ?? (isFull ? 'full' : null)
}

/** What somebody who comes now is told of a queue: why there are no numbers, or the wait (WT2). */
export function outlookOf(
  standing: QueueStanding,
): WaitWords | { key: `stop.${Stop}`; values: Record<string, never> } {
  const stop = stopOf(standing)
  if (stop !== null) return { key: `stop.${stop}`, values: {} }
  return waitWords(standing.wait_min_s, standing.wait_max_s)
}
