import type { OpsScreen } from '@/wire/wire.gen'
import { since } from './hall'
import type { Health } from './printers'

interface ScreenLine {
  readonly key: `live.screen.${OpsScreen['state']}`
  /** For how long; null where that matters to nobody. */
  readonly ms: number | null
  readonly health: Health
}

/** How a screen does; of one that is not well, for how long (SC1, SC2). */
export function screenState(screen: OpsScreen, now: number): ScreenLine {
  const isWell = screen.state === 'lit' || screen.state === 'blank'
  const ms = isWell ? null : since(screen.since, now)
  return { key: `live.screen.${screen.state}`, ms, health: isWell ? 'well' : 'ill' }
}
