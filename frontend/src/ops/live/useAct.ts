import type { ComputedRef, Ref } from 'vue'
import { computed } from 'vue'
import type { Command } from '@/hub/hub'
import { useHub } from '@/hub/hub'
import { useCommand } from '@/hub/useCommand'
import type { StaffWords } from '@/shared/staff/words'
import { useLanguage } from '@/shared/words/i18n'

export interface Act {
  readonly isPending: Readonly<Ref<boolean>>
  /** Why the last act was not done, and what to do; null when it was, or none has ended. */
  readonly trouble: ComputedRef<string | null>
  /** Whether the hub did it. */
  run(command: Command): Promise<boolean>
}

/** One place to act from, which says in words why the hub did not do it. */
export function useAct(): Act {
  const { t } = useLanguage<StaffWords>()
  const { isPending, ending, run } = useCommand(useHub())
  const trouble = computed(() => {
    const last = ending.value
    if (last === null || last.type === 'done') return null
    return last.type === 'refused' ? t(`refusal.${last.code}`) : t(`error.${last.code}`)
  })
  return {
    isPending,
    trouble,
    run: async (command) => (await run(command))?.type === 'done',
  }
}
