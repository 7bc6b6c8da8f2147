import type { ComputedRef, Ref, ShallowRef } from 'vue'
import { computed, ref, shallowRef, watch } from 'vue'
import { ApiError } from '@/hub/api'
import { checkPlan, fetchPlan, fetchPlans, type PlanVersions, putPlan } from '@/hub/plans'
import { keepDraft, keptDraft } from '@/shared/staff/drafts'
import type { ErrorCode, Plan, PlanFault } from '@/wire/wire.gen'
import { type Change, changesBetween, withChanges } from './diff'
import { copyOf, type Draft, draftOf } from './draft'

/** So long after the last change the plan is checked. */
export const CHECK_AFTER_MS = 350
const CHECK_AGAIN_MS = 5_000

/** How the draft stands with the server that judges it. */
export type Checking = 'known' | 'asking' | 'failed'

/** The editor's plan: what it was made from, what was changed, what is wrong with it. */
export interface PlanDesk {
  readonly versions: Readonly<ShallowRef<PlanVersions | null>>
  /** The version that is edited, as it was kept; null before it is there. */
  readonly base: Readonly<ShallowRef<Draft | null>>
  readonly draft: Ref<Draft | null>
  readonly changes: ComputedRef<readonly Change[]>
  readonly faults: Readonly<ShallowRef<readonly PlanFault[]>>
  /** The faults by the place that they are about. */
  readonly faultsAt: ComputedRef<ReadonlyMap<string, readonly PlanFault[]>>
  readonly checking: Readonly<Ref<Checking>>
  /** Begin with the newest version, unless one is being edited. Throws an ApiError. */
  open(hallId: string): Promise<void>
  /** Read which versions there are. Throws an ApiError. */
  refresh(): Promise<void>
  discard(): void
  /** Put the changes on the newest version. Throws an ApiError. */
  rebase(): Promise<void>
  /** Keep the draft; the version it became. Throws an ApiError. */
  save(reason: string): Promise<number>
  /** Keep an older version as the newest. Throws an ApiError. */
  takeBack(version: number, reason: string): Promise<number>
  /** A version, whole. Throws an ApiError. */
  read(version: number): Promise<Plan>
}

/** What is kept of an editor when the page is loaded anew. */
interface Kept {
  readonly base: Draft
  readonly draft: Draft
}

let desk: PlanDesk | null = null

/** The page's one editor: what is not saved yet outlives a look at another tab. */
export function usePlanDesk(): PlanDesk {
  desk ??= createPlanDesk()
  return desk
}

/** The plan being edited, for the forms that are shown once there is one; they write into it. */
export function useDraft(): ComputedRef<Draft> {
  const { draft } = usePlanDesk()
  return computed(() => {
    if (!draft.value) throw new Error('a form without a plan')
    return draft.value
  })
}

/** The words' key of what went wrong. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof ApiError && error.code !== null) return error.code as ErrorCode
  return 'unavailable'
}

export function createPlanDesk(): PlanDesk {
  const versions = shallowRef<PlanVersions | null>(null)
  const base = shallowRef<Draft | null>(null)
  const draft = ref<Draft | null>(null)
  const changes = computed(() =>
    base.value && draft.value ? changesBetween(base.value, draft.value) : [],
  )
  let hall = ''
  const { faults, checking } = useCheck(draft, () => hall)
  const faultsAt = computed(() => {
    const found = new Map<string, PlanFault[]>()
    for (const fault of faults.value)
      found.set(fault.path, [...(found.get(fault.path) ?? []), fault])
    return found
  })

  const formId = (): string => `plan.${hall}`
  watch(changes, (now) => {
    const isChanged = now.length > 0 && base.value !== null && draft.value !== null
    keepDraft(formId(), isChanged ? { base: base.value, draft: draft.value } : null)
  })

  function begin(plan: Draft): void {
    base.value = plan
    draft.value = copyOf(plan)
  }

  async function newest(): Promise<Draft> {
    versions.value = await fetchPlans(hall)
    const version = versions.value.versions[0]?.version
    if (version === undefined) throw new ApiError(404, 'unknown_plan')
    return draftOf(await fetchPlan(hall, version))
  }

  async function keep(plan: object, reason: string): Promise<number> {
    const after = base.value?.version ?? 0
    const version = await putPlan(hall, plan, after, reason)
    begin(await newest())
    return version
  }

  return {
    versions,
    base,
    draft,
    changes,
    faults,
    faultsAt,
    checking,
    async open(hallId) {
      if (hall === hallId && base.value) return
      hall = hallId
      begin(await newest())
      const kept = keptDraft<Kept>(formId())
      if (!kept?.base || !kept.draft) return
      base.value = kept.base // when it is not the newest any more, saving says so
      draft.value = kept.draft
    },
    async refresh() {
      versions.value = await fetchPlans(hall)
    },
    discard() {
      if (base.value) draft.value = copyOf(base.value)
    },
    async rebase() {
      const mine = changes.value
      const plan = await newest()
      base.value = plan
      draft.value = withChanges(plan, mine)
    },
    save: (reason) => keep(draft.value ?? {}, reason),
    takeBack: async (version, reason) => keep(await fetchPlan(hall, version), reason),
    read: (version) => fetchPlan(hall, version),
  }
}

/** What the server says is wrong with the draft, asked anew a little after each change. */
function useCheck(
  draft: Ref<Draft | null>,
  hallId: () => string,
): { faults: ShallowRef<readonly PlanFault[]>; checking: Ref<Checking> } {
  const faults = shallowRef<readonly PlanFault[]>([])
  const checking = ref<Checking>('known')
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function ask(): Promise<void> {
    if (!draft.value) return
    asked += 1
    const mine = asked
    try {
      const found = await checkPlan(hallId(), draft.value)
      if (mine !== asked) return // what was typed since is being asked about
      faults.value = found
      checking.value = 'known'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (mine !== asked) return
      checking.value = 'failed'
      timer = setTimeout(ask, CHECK_AGAIN_MS)
    }
  }

  watch(
    draft,
    () => {
      clearTimeout(timer)
      asked += 1
      checking.value = 'asking'
      timer = setTimeout(ask, CHECK_AFTER_MS)
    },
    { deep: true },
  )
  return { faults, checking }
}
