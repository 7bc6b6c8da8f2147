import type { Ref } from 'vue'
import { onScopeDispose, readonly, ref, watch } from 'vue'
import type { Hub } from './hub'

/** The hub's clock in ms, moving on every `stepMs`; a screen's own clock may be wrong. */
export function useNow(hub: Hub, stepMs = 1_000): Readonly<Ref<number>> {
  const read = (): number => Date.now() + hub.status.clockOffset
  const now = ref(read())
  const refresh = (): void => {
    now.value = read()
  }
  const timer = setInterval(refresh, stepMs)
  watch(() => hub.status.clockOffset, refresh)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
