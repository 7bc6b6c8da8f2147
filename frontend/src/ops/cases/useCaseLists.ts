import { computed, type Ref, ref, type ShallowRef, shallowReadonly, shallowRef } from 'vue'
import { fetchCaseCounts, fetchCases, type ListKind } from '@/hub/caseLists'
import type { CaseLine, CaseView, DepartmentCounts } from '@/wire/wire.gen'
import { lineOf, sumOf } from './lines'

export interface CaseLists {
  readonly kind: Readonly<Ref<ListKind>>
  readonly departmentId: Readonly<Ref<string | null>>
  readonly counts: Readonly<ShallowRef<readonly DepartmentCounts[]>>
  /** Null until they are known. */
  readonly lines: Readonly<ShallowRef<readonly CaseLine[] | null>>
  /** Whether there is more of the list. */
  readonly hasMore: Readonly<Ref<boolean>>
  /** Of the chosen departments together; null of a list that is not counted. */
  countOf(list: ListKind): number | null
  show(list: ListKind, departmentId: string | null): void
  more(): Promise<void>
  reload(): Promise<unknown>
  /** What was done stays in the list, as it is now, until the list is read again. */
  changed(found: CaseView): void
}

/** One list of cases at a time, with how long the others are; `attempt` takes what goes wrong. */
export function useCaseLists(
  hallId: () => string,
  attempt: (ask: () => Promise<void>) => Promise<void>,
): CaseLists {
  const counts = shallowRef<readonly DepartmentCounts[]>([])
  const kind = ref<ListKind>('open')
  const departmentId = ref<string | null>(null)
  const lines = shallowRef<readonly CaseLine[] | null>(null)
  const next = ref<string | null>(null)

  const counted = computed(() => {
    const chosen = departmentId.value
    return sumOf(counts.value.filter((each) => chosen === null || each.department_id === chosen))
  })

  let asked = 0
  /** The list anew from its beginning, or what comes after `next`; only the last asked for counts. */
  const load = (after: string | null): Promise<void> =>
    attempt(async () => {
      const mine = ++asked
      const page = await fetchCases(hallId(), kind.value, departmentId.value, after)
      if (mine !== asked) return
      lines.value = after === null ? page.cases : [...(lines.value ?? []), ...page.cases]
      next.value = page.next
    })

  const recount = (): Promise<void> =>
    attempt(async () => {
      counts.value = await fetchCaseCounts(hallId())
    })

  function show(list: ListKind, department: string | null): void {
    kind.value = list
    departmentId.value = department
    void load(null)
  }

  function changed(found: CaseView): void {
    const isThis = (line: CaseLine): boolean => line.case_id === found.case_id
    lines.value = lines.value?.map((line) => (isThis(line) ? lineOf(line, found) : line)) ?? null
    void recount()
  }

  return {
    kind,
    departmentId,
    counts: shallowReadonly(counts),
    lines: shallowReadonly(lines),
    hasMore: computed(() => next.value !== null),
    countOf: (list) => (list === 'asked' || list === 'mine' ? null : counted.value[list]),
    show,
    more: () => load(next.value),
    reload: () => Promise.all([load(null), recount()]),
    changed,
  }
}
