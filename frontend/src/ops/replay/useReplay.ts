import type { Ref, ShallowRef } from 'vue'
import { ref, shallowRef } from 'vue'
import { ApiError } from '@/hub/api'
import { fetchDays, type RecordedDay } from '@/hub/history'
import { checkPlan, replayDay } from '@/hub/plans'
import { codeOf, type PlanDesk, usePlanDesk } from '@/ops/plans/usePlanDesk'
import type { ErrorCode, PlanFault, ReplayReport } from '@/wire/wire.gen'

/** What is tried on the day; `nothing` shows how near the re-run comes to the record. */
export type Choice = 'draft' | 'version' | 'rule' | 'nothing'

export interface ReplayDesk {
  readonly plans: PlanDesk
  readonly days: Readonly<ShallowRef<readonly RecordedDay[] | null>>
  readonly day: Ref<string>
  readonly choice: Ref<Choice>
  readonly version: Ref<number | null>
  readonly rule: Ref<string>
  /** What is wrong with the rule; null while it is not known to be. */
  readonly ruleFault: ShallowRef<PlanFault | null>
  /** When the re-run that is under way was asked for, in ms; null while none is. */
  readonly since: Readonly<Ref<number | null>>
  readonly report: Readonly<ShallowRef<ReplayReport | null>>
  readonly failure: Ref<ErrorCode | null>
  /** Read what there is to choose from. Throws an ApiError. */
  open(hallId: string): Promise<void>
  run(nowMs: number): Promise<void>
}

let desk: ReplayDesk | null = null

/** The page's one: what was chosen and found outlives a look at another tab. */
export function useReplayDesk(): ReplayDesk {
  desk ??= createReplayDesk(usePlanDesk())
  return desk
}

export function createReplayDesk(plans: PlanDesk): ReplayDesk {
  const days = shallowRef<readonly RecordedDay[] | null>(null)
  const day = ref('')
  const choice = ref<Choice>('version')
  const version = ref<number | null>(null)
  const rule = ref('wait_min')
  const ruleFault = shallowRef<PlanFault | null>(null)
  const since = ref<number | null>(null)
  const report = shallowRef<ReplayReport | null>(null)
  const failure = ref<ErrorCode | null>(null)
  let hall = ''

  /** The plan to be tried; null for none, undefined when there is none that can be. */
  async function planToTry(): Promise<object | null | undefined> {
    switch (choice.value) {
      case 'nothing':
        return null
      case 'draft':
        return plans.draft.value ?? undefined
      case 'version':
        return version.value === null ? undefined : plans.read(version.value)
      case 'rule':
        return withRule()
      default:
        return choice.value satisfies never
    }
  }

  /** The plan in force under the rule that was written, if that has no fault. */
  async function withRule(): Promise<object | undefined> {
    const known = plans.versions.value
    const basis = known?.in_force ?? known?.versions[0]?.version
    if (basis === undefined) return undefined
    const plan = { ...(await plans.read(basis)), rule: rule.value }
    const faults = await checkPlan(hall, plan)
    ruleFault.value = faults.find((fault) => fault.path === '/rule') ?? null
    return ruleFault.value ? undefined : plan
  }

  return {
    plans,
    days,
    day,
    choice,
    version,
    rule,
    ruleFault,
    since,
    report,
    failure,
    async open(hallId) {
      hall = hallId
      await plans.open(hallId)
      if (plans.changes.value.length > 0) choice.value = 'draft'
      version.value ??= plans.versions.value?.versions[0]?.version ?? null
      days.value = await fetchDays(hallId)
      if (!days.value.some((one) => one.day === day.value)) day.value = days.value[0]?.day ?? ''
    },
    async run(nowMs) {
      if (since.value !== null) return
      since.value = nowMs
      failure.value = null
      ruleFault.value = null
      try {
        const plan = await planToTry()
        if (plan !== undefined) report.value = await replayDay(hall, day.value, plan)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        failure.value = codeOf(error)
      } finally {
        since.value = null
      }
    },
  }
}
