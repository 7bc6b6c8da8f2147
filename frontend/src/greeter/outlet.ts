import type { GreeterKiosk } from '@/wire/wire.gen'
import { SCREEN } from './draft'

const OUTLET_KEY = 'yizhan.greeter.outlet'

/** Where this desk's tickets came out last; the desk stands beside the same kiosk every day. */
export const lastOutlet = (): string | null => localStorage.getItem(OUTLET_KEY)

export function rememberOutlet(outlet: string): void {
  localStorage.setItem(OUTLET_KEY, outlet)
}

/** Where a ticket comes out: as chosen while that is there, else at the first kiosk, else on screen. */
export function outletOf(chosen: string | null, kiosks: readonly GreeterKiosk[]): string {
  const ids = kiosks.map((kiosk) => kiosk.kiosk_id)
  if (chosen === SCREEN || (chosen !== null && ids.includes(chosen))) return chosen
  return ids[0] ?? SCREEN
}
