import { watch } from 'vue'
import type { TicketView } from '@/wire/wire.gen'

/** From here on the visitor should be near the counters. */
export const NEAR_AHEAD = 2

const CALLED_PATTERN_MS = [500, 150, 500, 150, 500]
const NEAR_PATTERN_MS = [250, 120, 250]

/** Vibrate when the ticket is called, called again, or nearly called; not for how it was found. */
export function useAlerts(view: () => TicketView | null): void {
  watch(view, (next, last) => {
    if (!next || !last) return
    if (isCallNew(next, last)) vibrate(CALLED_PATTERN_MS)
    else if (isNear(next) && !isNear(last) && last.state === 'waiting') vibrate(NEAR_PATTERN_MS)
  })
}

/** Whether the ticket waits and is about to be called. */
export function isNear(view: TicketView): boolean {
  return view.state === 'waiting' && view.ahead !== null && view.ahead <= NEAR_AHEAD
}

function isCallNew(next: TicketView, last: TicketView): boolean {
  return next.state === 'called' && (last.state !== 'called' || next.recalls > last.recalls)
}

function vibrate(pattern: number[]): void {
  if ('vibrate' in navigator) navigator.vibrate(pattern) // not on iPhones
}
