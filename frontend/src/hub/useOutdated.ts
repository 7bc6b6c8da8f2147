import type { Ref } from 'vue'
import { onScopeDispose, readonly, ref, watch } from 'vue'
import { ANSWER_MAX_MS } from './api'
import type { Hub } from './hub'

/** A connection that comes back may be one to a newer server; screens do not all ask at once. */
export const ASK_WITHIN_MS = 20_000
/** How often it is asked besides: the answer may have been of a server that is still the old one. */
export const ASK_EVERY_MS = 10 * 60_000

/** What this page is made of: each file has its content in its name. */
const PARTS = [...document.querySelectorAll('script[src], link[rel="stylesheet"]')]
  .map((part) => part.getAttribute('src') ?? part.getAttribute('href') ?? '')
  .filter((path) => path.startsWith('/assets/'))

/** Whether the server has another page by now in the place of this one; true stays true. */
export function useOutdated(hub: Hub, parts: readonly string[] = PARTS): Readonly<Ref<boolean>> {
  const isOutdated = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function askWithin(ms: number): void {
    clearTimeout(timer)
    if (!isOutdated.value) timer = setTimeout(() => void ask(), Math.random() * ms)
  }

  async function ask(): Promise<void> {
    const page = await fetchPage()
    if (page !== null && parts.some((part) => !page.includes(`"${part}"`))) isOutdated.value = true
    askWithin(ASK_EVERY_MS)
  }

  /** A part that was left for later is no longer there. */
  const onMissing = (): void => askWithin(0)

  watch(
    () => hub.status.phase,
    (phase) => {
      if (phase === 'open') askWithin(ASK_WITHIN_MS)
    },
    { immediate: true },
  )
  addEventListener('vite:preloadError', onMissing)
  onScopeDispose(() => {
    clearTimeout(timer)
    removeEventListener('vite:preloadError', onMissing)
  })
  return readonly(isOutdated)
}

/** The HTML that this page would be now; null when there is no answer. */
async function fetchPage(): Promise<string | null> {
  try {
    const response = await fetch(location.pathname, {
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_MAX_MS),
    })
    return response.ok ? await response.text() : null
  } catch {
    return null // a server that is being started; we shall ask again
  }
}
