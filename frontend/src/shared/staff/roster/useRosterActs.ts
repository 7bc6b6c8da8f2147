import { type Ref, ref } from 'vue'
import { ApiError } from '@/hub/api'
import { doRoster, type RosterCommand } from '@/hub/rosters'
import { troubleKey } from '@/shared/trouble'
import { useLanguage } from '@/shared/words/i18n'
import { type RosterWords, rosterWords } from './words'

export interface RosterActs {
  readonly isPending: Readonly<Ref<boolean>>
  readonly failure: Ref<string | null>
  /** Carry a command out; whether it was. */
  run(command: RosterCommand): Promise<boolean>
  /** Take a failed request's reason into `failure`. */
  fail(error: unknown): void
}

/** Commands for a roster, one at a time, and why the last one was not done. */
export function useRosterActs(hallId: () => string, expired: () => void): RosterActs {
  const { t } = useLanguage<RosterWords>()
  const isPending = ref(false)
  const failure = ref<string | null>(null)
  const codes: RosterWords['roster']['refusal'] = rosterWords.zh.roster.refusal

  function fail(error: unknown): void {
    if (error instanceof ApiError && error.status === 401) expired()
    const code = error instanceof ApiError ? error.code : null
    failure.value =
      code !== null && code in codes
        ? t(`roster.refusal.${code as keyof typeof codes}`)
        : t(troubleKey(error))
  }

  return {
    isPending,
    failure,
    fail,
    async run(command) {
      if (isPending.value) return false
      isPending.value = true
      failure.value = null
      try {
        await doRoster(hallId(), command)
        return true
      } catch (error) {
        fail(error)
        return false
      } finally {
        isPending.value = false
      }
    },
  }
}
