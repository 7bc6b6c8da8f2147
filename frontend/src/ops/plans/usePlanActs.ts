import type { Ref, ShallowRef } from 'vue'
import { ref, shallowRef } from 'vue'
import type { Hub } from '@/hub/hub'
import { CommandError } from '@/hub/hub'
import type { StaffWords } from '@/shared/staff/words'
import { useLanguage } from '@/shared/words/i18n'
import { codeOf, type PlanDesk } from './usePlanDesk'
import type { PlanWords } from './words'

/** What is being asked before something is put on record. */
export type Asking =
  | { what: 'save' }
  | { what: 'discard' }
  | { what: 'takeBack' | 'apply'; version: number }

/** How something went, in words. */
export interface Said {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly words: string
}

export interface PlanActs {
  readonly asking: ShallowRef<Asking | null>
  readonly isPending: Readonly<Ref<boolean>>
  /** Why what is asked did not go, in words; null when nothing went wrong. */
  readonly failure: Ref<string | null>
  /** Whether another version came first, so that the changes have to go on it. */
  readonly isOutdated: Readonly<Ref<boolean>>
  readonly said: ShallowRef<Said | null>
  ask(next: Asking): void
  cancel(): void
  save(reason: string, isNow: boolean): Promise<void>
  takeBack(version: number, reason: string): Promise<void>
  apply(version: number, reason: string): Promise<void>
  discard(): void
  rebase(): Promise<void>
  /** Go on without the newest version, for now. */
  stay(): void
}

/** What a supervisor does with plans: asked first, and said afterwards how it went. */
export function usePlanActs(desk: PlanDesk, hub: Hub): PlanActs {
  const { t } = useLanguage<PlanWords & StaffWords>()
  const asking = shallowRef<Asking | null>(null)
  const isPending = ref(false)
  const failure = ref<string | null>(null)
  const isOutdated = ref(false)
  const said = shallowRef<Said | null>(null)

  function ask(next: Asking): void {
    failure.value = null
    isOutdated.value = false
    said.value = null
    asking.value = next
  }

  /** Do it while the question stays; close it when it went well. */
  async function carryOut(act: () => Promise<Said | null>): Promise<void> {
    if (isPending.value) return
    isPending.value = true
    failure.value = null
    try {
      said.value = await act()
      asking.value = null
    } catch (error) {
      const code = codeOf(error)
      isOutdated.value = code === 'plan_outdated'
      failure.value = t(`error.${code}`)
    } finally {
      isPending.value = false
    }
  }

  /** Why the version is not in force; null when it is. */
  async function putInForce(version: number, reason: string): Promise<string | null> {
    try {
      const outcome = await hub.do({ type: 'change_plan', version, reason })
      if (outcome.type === 'refused') return t(`refusal.${outcome.code}`)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      return t(`error.${error.code}`)
    }
    await desk.refresh()
    return null
  }

  return {
    asking,
    isPending,
    failure,
    isOutdated,
    said,
    ask,
    cancel: () => (asking.value = null),
    save: (reason, isNow) =>
      carryOut(async () => {
        const version = await desk.save(reason)
        if (!isNow) return { tone: 'good', words: t('plan.saved', { version }) }
        const why = await putInForce(version, reason)
        return why === null
          ? { tone: 'good', words: t('plan.savedNow', { version }) }
          : { tone: 'warn', words: t('plan.savedNotNow', { version, why }) }
      }),
    takeBack: (from, reason) =>
      carryOut(async () => {
        const version = await desk.takeBack(from, reason)
        return { tone: 'good', words: t('plan.takenBack', { from, version }) }
      }),
    apply: (version, reason) =>
      carryOut(async () => {
        const why = await putInForce(version, reason)
        return why === null
          ? { tone: 'good', words: t('plan.applied', { version }) }
          : { tone: 'bad', words: why }
      }),
    discard() {
      desk.discard()
      asking.value = null
    },
    rebase: () =>
      carryOut(async () => {
        await desk.rebase()
        isOutdated.value = false
        return null
      }),
    stay: () => (isOutdated.value = false),
  }
}
