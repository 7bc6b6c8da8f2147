import { type ComputedRef, computed, onMounted, shallowRef } from 'vue'
import { fetchHello, type HallName } from '@/hub/api'
import { fetchTargets } from '@/hub/caseLists'
import { useHub } from '@/hub/hub'
import { useTopic } from '@/hub/useTopic'
import { useLanguage } from '@/shared/words/i18n'
import type { CaseTarget } from '@/wire/wire.gen'

/** Something that a grant may be for. */
export interface Choice {
  readonly id: string
  readonly label: string
}

/** The choices, and what was granted before though it is not there any more. */
export const withOwn = (choices: readonly Choice[], id: string | null): Choice[] =>
  id === null || choices.some((one) => one.id === id)
    ? [...choices]
    : [...choices, { id, label: id }]

/** What grants in this hall may be for, by name; halls as far as they are known to anybody. */
export interface GrantChoices {
  readonly halls: ComputedRef<Choice[]>
  readonly departments: ComputedRef<Choice[]>
  readonly queues: ComputedRef<Choice[]>
}

/** The choices, asked for when the component is there. */
export function useGrantChoices(hallId: () => string): GrantChoices {
  const { say } = useLanguage()
  const { view } = useTopic(useHub(), () => 'queues')
  const halls = shallowRef<readonly HallName[]>([])
  const targets = shallowRef<readonly CaseTarget[]>([])

  onMounted(async () => {
    // Without an answer there is nothing to choose from, and what was granted stays as it is.
    const [hello, found] = await Promise.allSettled([fetchHello(), fetchTargets(hallId())])
    if (hello.status === 'fulfilled') halls.value = hello.value.halls
    if (found.status === 'fulfilled') targets.value = found.value
  })

  return {
    halls: computed(() =>
      halls.value.map((one) => ({
        id: one.hall_id,
        label: say({ zh: one.name_zh, en: one.name_en }),
      })),
    ),
    departments: computed(() =>
      targets.value.map((one) => ({ id: one.department_id, label: say(one.name) })),
    ),
    queues: computed(
      () =>
        view.value?.queues.map((one) => ({
          id: one.queue_id,
          label: `${one.letter} ${say(one.name)}`,
        })) ?? [],
    ),
  }
}
