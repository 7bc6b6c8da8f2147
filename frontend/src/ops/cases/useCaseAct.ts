import { ref, type ShallowRef, shallowRef } from 'vue'
import { ApiError } from '@/hub/api'
import { type CaseCommand, type CaseEnding, doCase } from '@/hub/cases'
import { newCommandId } from '@/hub/ids'

/** What a request that was not answered was; asked again it has the same id, so it counts once. */
interface Asked {
  readonly id: string
  readonly text: string
}

/** Do commands for a case one at a time, each once. */
export function useCaseAct(hallId: () => string): {
  isPending: Readonly<ShallowRef<boolean>>
  /** Null when another is under way; throws what `doCase` throws. */
  run(caseId: string, command: CaseCommand): Promise<CaseEnding | null>
} {
  const isPending = ref(false)
  const unanswered = shallowRef<Asked | null>(null)

  async function run(caseId: string, command: CaseCommand): Promise<CaseEnding | null> {
    if (isPending.value) return null
    isPending.value = true
    const text = JSON.stringify([caseId, command])
    const before = unanswered.value
    const asked = before?.text === text ? before : { id: newCommandId(), text }
    unanswered.value = asked
    try {
      const ending = await doCase(hallId(), asked.id, caseId, [command])
      unanswered.value = null
      return ending
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500)
        unanswered.value = null // it was answered: by no
      throw error
    } finally {
      isPending.value = false
    }
  }

  return { isPending, run }
}
