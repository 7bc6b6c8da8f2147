import type { ComputedRef, ShallowRef } from 'vue'
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch } from 'vue'
import type { Command, Hub } from '@/hub/hub'
import { type CommandState, useCommand } from '@/hub/useCommand'
import { offerOf } from '@/shared/offer'
import type { KioskView } from '@/wire/wire.gen'
import { checkIn, type Flow, jobIdOf, next, START, type Step, takeTicket } from './flow'

/** How often the page looks whether it is time to go back. */
export const TICK_MS = 250

export interface Visit {
  readonly flow: Readonly<ShallowRef<Flow>>
  /** Seconds until the page goes back to its start by itself; null while it stays. */
  readonly leftS: ComputedRef<number | null>
  go(step: Step): void
}

/** What the visitor asks the hub for; null while the kiosk does not know its queues. */
function commandOf(flow: Flow, view: KioskView | null): Command | null {
  if (view === null) return null
  if (flow.code !== null) return checkIn(flow.code, view.kiosk_id, view.has_printer)
  const queue = view.queues.find(({ standing }) => standing.queue_id === flow.queueId)
  if (queue === undefined) return null
  const offer = offerOf(queue, flow.card !== null, flow.isCare)
  return takeTicket(flow, offer, view.kiosk_id, view.has_printer)
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
    if (flow.value.isReprinted && !before.isReprinted) void reprint()
    if (flow.value === START) {
      command = useCommand(hub) // a failed command of one visitor must not be repeated by the next
      onStart()
    }
  }

  async function take(): Promise<void> {
    const asked = commandOf(flow.value, view())
    if (asked === null) {
      go({ type: 'failed', failure: { type: 'failed', code: 'unavailable' } })
      return
    }
    const ending = await command.run(asked)
    if (ending === null) return
    go(
      ending.type === 'done'
        ? { type: 'taken', result: ending.result }
        : { type: 'failed', failure: ending },
    )
  }

  async function reprint(): Promise<void> {
    const { ticket } = flow.value
    const asked = view()
    if (ticket === null || asked === null) return
    const ending = await useCommand(hub).run({
      type: 'reprint_ticket',
      ticket_id: ticket.ticketId,
      kiosk_id: asked.kiosk_id,
    })
    const isStill = flow.value.ticket?.ticketId === ticket.ticketId
    if (ending?.type !== 'done' && isStill) go({ type: 'paper', outcome: 'failed' })
  }

  watch(
    () => {
      const jobId = jobIdOf(flow.value)
      if (jobId === null) return null
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
