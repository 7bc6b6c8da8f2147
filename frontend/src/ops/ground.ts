import type { Ref } from 'vue'
import { ref, watchEffect } from 'vue'

const GROUND_KEY = 'yizhan.ops.ground'

/** Whether the page is dark, as a room of screens wants it; light by a window. Kept for next time. */
export function useGround(): Ref<boolean> {
  const isNight = ref(localStorage.getItem(GROUND_KEY) === 'night')
  watchEffect(() => {
    const ground = isNight.value ? 'night' : 'day'
    document.documentElement.dataset.ground = ground
    localStorage.setItem(GROUND_KEY, ground)
  })
  return isNight
}
