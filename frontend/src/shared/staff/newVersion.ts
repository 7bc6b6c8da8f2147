import {
  computed,
  type InjectionKey,
  inject,
  onScopeDispose,
  provide,
  type Ref,
  ref,
  shallowReactive,
} from 'vue'
import type { Hub } from '@/hub/hub'
import { useOutdated } from '@/hub/useOutdated'

/** How long it keeps quiet when it is put off. */
const LATER_MS = 30 * 60_000

/** Whether the server has a newer page than this one, and whether that was put off. */
export interface Newer {
  readonly isOutdated: Readonly<Ref<boolean>>
  readonly isPutOff: Readonly<Ref<boolean>>
  /** Whether there is something now that a page loaded anew would not have. */
  readonly isUnkept: Readonly<Ref<boolean>>
  putOff(): void
  /** Ask `holds` too, until the answer is called. */
  ask(holds: () => boolean): () => void
}

const newerKey: InjectionKey<Newer> = Symbol('newer')

/** Ask for the whole page; wherever it is told, it is the same answer. */
export function provideNewer(hub: Hub): void {
  const isPutOff = ref(false)
  const asked = shallowReactive(new Set<() => boolean>())
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  provide(newerKey, {
    isOutdated: useOutdated(hub),
    isPutOff,
    isUnkept: computed(() => [...asked].some((holds) => holds())),
    putOff() {
      isPutOff.value = true
      timer = setTimeout(() => {
        isPutOff.value = false
      }, LATER_MS)
    },
    ask(holds) {
      asked.add(holds)
      return () => asked.delete(holds)
    },
  })
}

/** Null on a page that does not ask. */
export const useNewer = (): Newer | null => inject(newerKey, null)

/**
 * Say while `holds` that something is here which must not be kept (a password, a card's number)
 * or cannot be (a file), or is done with in a moment: what else is typed has `useKeptDraft`.
 */
export function useUnkept(holds: () => boolean): void {
  const release = useNewer()?.ask(holds)
  if (release) onScopeDispose(release)
}
