import type { Ref } from 'vue'
import { ref, watch } from 'vue'
import { type Draft, EMPTY } from './rating'

interface KeptDraft {
  readonly draft: Ref<Draft>
  /** It was sent. */
  clear(): void
}

/** What is chosen and written of a visit, kept through a reload of the visitor's own phone. */
export function useKeptRating(name: string): KeptDraft {
  const key = `yizhan.draft.rating.${name}`
  const draft = ref<Draft>(read(key))
  watch(draft, (next) => sessionStorage.setItem(key, JSON.stringify(next)), { deep: true })
  return { draft, clear: () => sessionStorage.removeItem(key) }
}

function read(key: string): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) }
  } catch {
    return EMPTY // cut off
  }
}
