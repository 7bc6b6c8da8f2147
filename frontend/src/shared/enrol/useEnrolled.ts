import { watch } from 'vue'
import type { Hub } from '@/hub/hub'
import { forgetDeviceToken, storedDeviceToken } from '@/hub/place'

const CLOSE_UNAUTHENTICATED = 4401

/** Ask to be let in again once the hall has sent this device away (EN2). */
export function useEnrolled(hub: Hub): void {
  watch(
    () => hub.status.closeCode,
    (code) => {
      if (code !== CLOSE_UNAUTHENTICATED || storedDeviceToken() === null) return
      forgetDeviceToken()
      location.reload()
    },
  )
}
