import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { onUnmounted, shallowRef, toValue, watch } from 'vue'
import { hallPlace } from '@/hub/place'
import { fetchVisitTimes } from '@/hub/visitTimes'
import type { VisitTimesView } from '@/wire/wire.gen'

const AGAIN_MS = 600_000
const RETRY_MS = 10_000

/** Hours and usual waits, of the queue or of the whole hall; null until they came. */
export function useVisitTimes(
  queueId: MaybeRefOrGetter<string | null>,
): Readonly<ShallowRef<VisitTimesView | null>> {
  const times = shallowRef<VisitTimesView | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function read(): Promise<void> {
    const mine = ++asked
    clearTimeout(timer)
    let again = AGAIN_MS
    try {
      const { hallId } = await hallPlace()
      const found = await fetchVisitTimes(hallId, toValue(queueId))
      if (mine === asked) times.value = found
    } catch {
      again = RETRY_MS
    }
    if (mine === asked) timer = setTimeout(read, again)
  }

  watch(() => toValue(queueId), read, { immediate: true })
  onUnmounted(() => {
    asked++
    clearTimeout(timer)
  })
  return times
}
