import { onScopeDispose, watch } from 'vue'
import type { Hub } from '@/hub/hub'
import { useOutdated } from '@/hub/useOutdated'

/** How long it must have been quiet. */
export const REST_MS = 5_000
/** While servers of two versions answer in turn, a page must not go to and fro between them. */
export const RELOAD_AGAIN_MS = 10 * 60_000
const RELOADED_KEY = 'yizhan.reloaded'

/** A screen that nobody tends loads itself anew after an upgrade, when it disturbs nobody. */
export function useReloadAtRest(
  hub: Hub,
  isAtRest: () => boolean,
  parts?: readonly string[],
): void {
  const isOutdated = useOutdated(hub, parts)
  let timer: ReturnType<typeof setTimeout> | undefined

  function reload(): void {
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()))
    location.reload()
  }

  watch(
    () => isOutdated.value && isAtRest(),
    (isDue) => {
      clearTimeout(timer)
      const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0)
      const againMs = last + RELOAD_AGAIN_MS - Date.now()
      if (isDue) timer = setTimeout(reload, Math.max(REST_MS, againMs))
    },
  )
  onScopeDispose(() => clearTimeout(timer))
}
