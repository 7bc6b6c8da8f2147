import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import type { Hub } from './hub'

export interface StaleState {
  readonly isStale: ComputedRef<boolean>
  /** When the hub was last heard, in ms of the hub's clock; null unless stale. */
  readonly staleSince: ComputedRef<number | null>
}

/** Whether what the page shows is still being kept up to date (I10). */
export function useStale(hub: Hub): StaleState {
  return {
    isStale: computed(() => hub.status.isStale),
    staleSince: computed(() => {
      const { staleSince, clockOffset } = hub.status
      return staleSince === null ? null : staleSince + clockOffset
    }),
  }
}
