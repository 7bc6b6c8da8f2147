import { onScopeDispose } from 'vue'
import type { Hub } from '@/hub/hub'

/** What visitors see and nobody sits at. */
type ScreenTopic =
  | `board:${string}`
  | `counter_screen:${string}`
  | `kiosk:${string}`
  | `pad:${string}`

/** What the agent beside a screen reads of its page every few seconds (SC1). */
export interface ScreenReport {
  readonly topic: ScreenTopic
  /** Of the newest view; null while there is none. */
  readonly epoch: string | null
  readonly seq: number | null
  /** Whether the hall's day is open; null while that is not known. */
  readonly isOpen: boolean | null
  /** Nothing was heard of the hub for 10 s (I10). */
  readonly isStale: boolean
}

declare global {
  interface Window {
    readonly yizhanScreen?: ScreenReport
  }
}

/** Let the agent beside the screen see which view of `topic` the page has. */
export function useScreenReport(hub: Hub, topic: ScreenTopic | null): void {
  if (topic === null) return
  let shown: Pick<ScreenReport, 'epoch' | 'seq' | 'isOpen'> = {
    epoch: null,
    seq: null,
    isOpen: null,
  }
  const stop = hub.watch(topic, {
    onView(view, { epoch, seq }) {
      shown = { epoch, seq, isOpen: view.is_open }
    },
  })
  Object.defineProperty(window, 'yizhanScreen', {
    configurable: true,
    get: (): ScreenReport => ({ topic, ...shown, isStale: hub.status.isStale }),
  })
  onScopeDispose(() => {
    stop()
    Reflect.deleteProperty(window, 'yizhanScreen')
  })
}
