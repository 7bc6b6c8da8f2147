import type { ShallowRef } from 'vue'
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch } from 'vue'
import type { Session } from '@/hub/api'
import { fetchConsultationCounts } from '@/hub/consultDesk'
import type { Hub } from '@/hub/hub'
import { useTopic } from '@/hub/useTopic'
import type { ConsultationCounts } from '@/wire/wire.gen'

const SETTLE_MS = 1_000
/** News come for every word of every chat: the counts are read at most this often. */
const AGAIN_MS = 60_000
/** Limits pass without anything being done. */

/** How many questions and chats wait for whoever is at work; null for who answers none (CN1). */
export function useConsultationCounts(
  hub: Hub,
  session: Session,
): Readonly<ShallowRef<ConsultationCounts | null>> {
  const counts = shallowRef<ConsultationCounts | null>(null)
  const mayRead = session.rights.includes('read:consultations')
  const isTold = mayRead && session.rights.includes('watch:consultations')
  const { view: news } = useTopic(
    hub,
    computed(() => (isTold ? 'consultations' : null)),
  )

  async function load(): Promise<void> {
    const hallId = hub.hallId.value
    if (!mayRead || hallId === null) return
    try {
      counts.value = await fetchConsultationCounts(hallId)
    } catch {
      // What was read last stays; the page itself says when the hall cannot be reached.
    }
  }

  let settling: ReturnType<typeof setTimeout> | undefined
  watch(
    [news, hub.hallId],
    () => {
      clearTimeout(settling)
      settling = setTimeout(load, SETTLE_MS)
    },
    { immediate: true },
  )
  const again = setInterval(load, AGAIN_MS)
  onScopeDispose(() => {
    clearTimeout(settling)
    clearInterval(again)
  })
  return shallowReadonly(counts)
}
