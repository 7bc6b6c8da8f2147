import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { fetchService, fetchServices } from '@/hub/cases'
import type { ServiceView } from '@/wire/wire.gen'

const TYPING_MS = 120

/** The services to choose from: the ticket's own first, else what fits what is typed. */
export function useServiceChoice(hallId: string, serviceIds: readonly string[]) {
  const query = ref('')
  const found = shallowRef<ServiceView[]>([])
  const isLoading = ref(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function look(): Promise<void> {
    const mine = ++asked
    isLoading.value = true
    try {
      const services = query.value.trim()
        ? await fetchServices(hallId, query.value)
        : await ownFirst()
      if (mine === asked) found.value = services
    } catch {
      if (mine === asked) found.value = []
    }
    if (mine === asked) isLoading.value = false
  }

  async function ownFirst(): Promise<ServiceView[]> {
    const own = await Promise.all(serviceIds.map((id) => fetchService(hallId, id)))
    if (own.length > 0) return own
    return fetchServices(hallId, '')
  }

  watch(query, () => {
    clearTimeout(timer)
    timer = setTimeout(look, TYPING_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  const ready = look()
  /** Look at once, for who presses Enter before the pause is over. */
  async function flush(): Promise<void> {
    clearTimeout(timer)
    await look()
  }
  return { query, found, isLoading, ready, flush }
}
