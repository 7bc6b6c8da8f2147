import type { Ref, ShallowRef } from 'vue'
import { ref, shallowReadonly, shallowRef, watch } from 'vue'
import { fetchDays, type RecordedDay } from '@/hub/history'
import { useHub } from '@/hub/hub'
import { troubleKey } from '@/shared/trouble'
import type { SharedWords, WordKey } from '@/shared/words/i18n'

export interface Days {
  /** Newest first; null until they are known. */
  readonly days: Readonly<ShallowRef<readonly RecordedDay[] | null>>
  /** The chosen day. */
  readonly day: Ref<string | null>
  readonly trouble: Readonly<ShallowRef<WordKey<SharedWords> | null>>
}

/** The recorded days, of which the newest is chosen first; asked for once the hall is known. */
export function useDays(): Days {
  const hub = useHub()
  const days = shallowRef<readonly RecordedDay[] | null>(null)
  const day = ref<string | null>(null)
  const trouble = shallowRef<WordKey<SharedWords> | null>(null)
  watch(
    () => hub.status.phase === 'open' && hub.hallId.value,
    async (hallId) => {
      if (!hallId) return
      try {
        days.value = await fetchDays(hallId)
        day.value ??= days.value[0]?.day ?? null
        trouble.value = null
      } catch (error) {
        trouble.value = troubleKey(error)
      }
    },
    { immediate: true },
  )
  return { days: shallowReadonly(days), day, trouble: shallowReadonly(trouble) }
}
