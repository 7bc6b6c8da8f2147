import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, readonly, ref, watch } from 'vue'
import type { Hub } from './hub'

/** A hall that is reached but shows nothing for so long has not begun its day. */
export const UNSHOWN_AFTER_MS = 2_000

/**
 * Why there is no view yet: the hub is not reached, does not want us, or has nothing to show.
 *
 * Null as soon as there is a view.
 */
export type Reach = 'connecting' | 'refused' | 'unshown' | null

export function useReach(hub: Hub, view: Readonly<ShallowRef<unknown>>): Readonly<Ref<Reach>> {
  const reach = ref<Reach>('connecting')
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    [() => hub.status.phase, view],
    ([phase, shown]) => {
      clearTimeout(timer)
      if (shown !== null) reach.value = null
      else if (phase === 'refused') reach.value = 'refused'
      else if (phase !== 'open') reach.value = 'connecting'
      else {
        timer = setTimeout(() => {
          reach.value = 'unshown'
        }, UNSHOWN_AFTER_MS)
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return readonly(reach)
}
