import type { ComputedRef, ShallowRef } from 'vue'
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch } from 'vue'
import type { Hub } from '@/hub/hub'
import { type CommandState, useCommand } from '@/hub/useCommand'
import type { KioskView } from '@/wire/wire.gen'
import { type Flow, firstJobId, next, START, type Step, takeTicket } from './flow'

/** How often the page looks whether it is time to go back. */
export const TICK_MS = 250

export interface Visit {
  readonly flow: Readonly<ShallowRef<Flow>>
  /** Seconds until the page goes back to its start by itself; null while it stays. */
  readonly leftS: ComputedRef<number | null>
  go(step: Step): void
}

/** One visitor after another at the kiosk; `onStart` is told when the page is back at its start. */
export function useVisit(hub: Hub, view: () => KioskView | null, onStart: () => void): Visit {
  const flow = shallowRef<Flow>(START)
  const now = shallowRef(performance.now())
  let command: CommandState = useCommand(hub)

  function go(step: Step): void {
    const before = flow.value
    now.value = performance.now()
    flow.value = next(before, step, now.value)
    if (flow.value === before) return
    if (flow.value.step === 'taking') void take()
    if (flow.value === START) {
      command = useCommand(hub) // a failed command of one visitor must not be repeated by the next
      onStart()
    }
  }

  async function take(): Promise<void> {
    const kiosk = view()
    if (kiosk === null) {
      go({ type: 'failed', failure: { type: 'failed', code: 'unavailable' } })
      return
    }
    const ending = await command.run(takeTicket(flow.value, kiosk.kiosk_id, kiosk.has_printer))
    if (ending === null) return
    go(
      ending.type === 'done'
        ? { type: 'taken', result: ending.result }
        : { type: 'failed', failure: ending },
    )
  }

  watch(
    () => {
      const { ticket } = flow.value
      if (ticket === null) return null
      const jobId = firstJobId(ticket.ticketId)
      return view()?.jobs.find((job) => job.job_id === jobId)?.outcome ?? null
    },
    (outcome) => {
      if (outcome !== null) go({ type: 'paper', outcome })
    },
  )

  const timer = setInterval(() => go({ type: 'time' }), TICK_MS)
  onScopeDispose(() => clearInterval(timer))

  const leftS = computed(() => {
    const { until } = flow.value
    return until === null ? null : Math.max(0, Math.ceil((until - now.value) / 1000))
  })
  return { flow: shallowReadonly(flow), leftS, go }
}
