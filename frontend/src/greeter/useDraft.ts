import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import { CARD_MS, type Draft, EMPTY, withQueue, withService } from './draft'

export interface DraftState {
  readonly draft: Readonly<ShallowRef<Draft>>
  chooseQueue(queueId: string | null): void
  toggleService(queueId: string, serviceId: string): void
  toggleCare(): void
  /** Keep the card of the visitor who stands here, for a while. */
  readCard(card: string): void
  forgetCard(): void
  /** The next visitor. */
  clear(): void
}

/** What is chosen for one visitor after another. */
export function useDraft(): DraftState {
  const draft = shallowRef<Draft>(EMPTY)
  let timer: ReturnType<typeof setTimeout> | undefined

  function forgetCard(): void {
    clearTimeout(timer)
    draft.value = { ...draft.value, card: null }
  }

  onScopeDispose(() => clearTimeout(timer))
  return {
    draft: shallowReadonly(draft),
    chooseQueue(queueId) {
      draft.value = withQueue(draft.value, queueId)
    },
    toggleService(queueId, serviceId) {
      draft.value = withService(draft.value, queueId, serviceId)
    },
    toggleCare() {
      draft.value = { ...draft.value, isCare: !draft.value.isCare }
    },
    readCard(card) {
      clearTimeout(timer)
      draft.value = { ...draft.value, card }
      timer = setTimeout(forgetCard, CARD_MS)
    },
    forgetCard,
    clear() {
      clearTimeout(timer)
      draft.value = EMPTY
    },
  }
}
