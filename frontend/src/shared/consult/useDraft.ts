import type { Ref } from 'vue'
import { ref, watch } from 'vue'
import { newCommandId } from '@/hub/ids'

export interface Draft {
  readonly text: Ref<string>
  /** The id to send it with: the same one for the same words, so that a repeat has one effect. */
  id(): string
  /** It was sent. */
  clear(): void
}

interface Kept {
  text: string
  id: string
}

/** What is being written, kept through errors, reloads and lost connections. */
export function useDraft(name: string): Draft {
  const key = `yizhan.draft.${name}`
  const kept = read(key)
  const text = ref(kept.text)
  let id = kept.id

  function keep(): void {
    if (text.value === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify({ text: text.value, id } satisfies Kept))
  }

  watch(text, () => {
    id = newCommandId()
    keep()
  })
  return {
    text,
    id: () => id,
    clear() {
      text.value = ''
      id = newCommandId()
      sessionStorage.removeItem(key)
    },
  }
}

function read(key: string): Kept {
  try {
    const found: Partial<Kept> = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    return { text: found.text ?? '', id: found.id ?? newCommandId() }
  } catch {
    return { text: '', id: newCommandId() }
  }
}
