import { type ComputedRef, computed, type InjectionKey, inject } from 'vue'
import { useLanguage } from '@/shared/words/i18n'
import type { GuideFault } from '@/wire/wire.gen'
import type { GuideWords } from './words'

/** What is wrong with the guide that is being written, as it was saved last. */
export const FAULTS: InjectionKey<ComputedRef<readonly GuideFault[]>> = Symbol('faults')

/** What is wrong at this place, or below it where `isWhole`, in words. */
export function useFaults(path: () => string, isWhole = true): ComputedRef<string[]> {
  const { t } = useLanguage<GuideWords>()
  const faults = inject(
    FAULTS,
    computed(() => []),
  )
  return computed(() => [
    ...new Set(
      faults.value
        .filter((one) => one.path === path() || (isWhole && one.path.startsWith(`${path()}/`)))
        .map((one) => faultWords(one, t)),
    ),
  ])
}

type Tell = ReturnType<typeof useLanguage<GuideWords>>['t']

export function faultWords({ code, detail }: GuideFault, t: Tell): string {
  if (code === 'questionnaire') return t('guideFault.questionnaire', { detail })
  if (code === 'text') return t(textKey(detail))
  return t(`guideFault.${code}`)
}

function textKey(detail: string): 'guideFault.tooLong' | 'guideFault.text' {
  return detail.startsWith('text_too') ? 'guideFault.tooLong' : 'guideFault.text'
}
