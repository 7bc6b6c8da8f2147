import { type InjectionKey, inject, onScopeDispose, provide, type Ref, ref } from 'vue'
import type { Hub } from '@/hub/hub'
import { useOutdated } from '@/hub/useOutdated'

/** How long it keeps quiet when it is put off. */
const LATER_MS = 30 * 60_000

/** Whether the server has a newer page than this one, and whether that was put off. */
export interface Newer {
  readonly isOutdated: Readonly<Ref<boolean>>
  readonly isPutOff: Readonly<Ref<boolean>>
  putOff(): void
}

const newerKey: InjectionKey<Newer> = Symbol('newer')

/** Ask for the whole page; wherever it is told, it is the same answer. */
export function provideNewer(hub: Hub): void {
  const isPutOff = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  provide(newerKey, {
    isOutdated: useOutdated(hub),
    isPutOff,
    putOff() {
      isPutOff.value = true
      timer = setTimeout(() => {
        isPutOff.value = false
      }, LATER_MS)
    },
  })
}

/** Null on a page that does not ask. */
export const useNewer = (): Newer | null => inject(newerKey, null)
