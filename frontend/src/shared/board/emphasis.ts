import type { BoardCall } from '@/wire/wire.gen'

/** How long a call is new. */
export const NEW_MS = 10_000

/**
 * How a call stands out at `nowMs`, by the hub's clock.
 *
 * What asks a visitor to act is in the colour of calls: `new` and `awaited` ones.  Once nobody is
 * awaited any more a call is `past`, however short ago it was made.
 */
export type Emphasis = 'new' | 'awaited' | 'past'

export function emphasisOf(call: BoardCall, nowMs: number): Emphasis {
  if (!call.is_live) return 'past'
  return nowMs - Date.parse(call.called_at) < NEW_MS ? 'new' : 'awaited'
}
