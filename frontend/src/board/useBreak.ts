import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef, watch } from 'vue'
import type { Hub } from '@/hub/hub'
import { useStale } from '@/hub/useStale'
import type { Break } from '@/shared/board/missed'

/** The last time that the page was stale and came back; null while it never was. */
export function useBreak(hub: Hub, now: () => number): Readonly<ShallowRef<Break | null>> {
  const { isStale, staleSince } = useStale(hub)
  const last = shallowRef<Break | null>(null)
  let fromMs: number | null = null
  watch(
    isStale,
    (stale) => {
      if (stale) fromMs = staleSince.value
      else if (fromMs !== null) last.value = { fromMs, toMs: now() }
    },
    { immediate: true },
  )
  return shallowReadonly(last)
}
