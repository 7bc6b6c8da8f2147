import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, readonly, ref, shallowReadonly, shallowRef, watch } from 'vue'
import type { Command, Hub } from '@/hub/hub'
import { type Ending, useCommand } from '@/hub/useCommand'
import type { CounterView, PauseReason } from '@/wire/wire.gen'
import { type Action, type Desk, type Obstacle, obstacles, toTakeOn } from './actions'
import type { Transfer } from './choice'

/** After a command is done its button waits for the view that shows it, but no longer than this. */
export const SETTLE_MS = 1_000
/** How long the words about a press stay. */
export const NOTE_MS = 8_000

/** What is pressed: an action of the desk, or something asked of the ticket with this id. */
export type Target =
  | Action
  | 'acknowledge_alert'
  | { readonly ticketId: string; readonly ask: TicketAsk }

export type TicketAsk = 'return' | 'resume' | 'call'

/** What needs more than the counter to be said. */
type Asking = 'pause_counter' | 'transfer_ticket' | 'next_queue'

/** Why a press had no effect. */
export type Note =
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  | Exclude<Ending, { type: 'done' }>

export interface DeskControls {
  /** What was pressed and is not settled yet; nothing else can be pressed meanwhile. */
  readonly pending: Readonly<Ref<Target | null>>
  readonly note: Readonly<ShallowRef<Note | null>>
  press(action: Exclude<Action, Asking>): Promise<void>
  pause(reason: PauseReason): Promise<void>
  transfer(transfer: Transfer): Promise<void>
  handOn(queueId: string): Promise<void>
  putBack(ticketId: string): Promise<void>
  /** Go on with a held ticket. */
  resume(ticketId: string): Promise<void>
  /** Call this ticket out of order (CL10). */
  callChosen(ticketId: string, reason: string): Promise<void>
  /** Say that an alert is looked after (AL1). */
  acknowledge(alertId: string): Promise<void>
  /** Whether a chosen ticket can be taken on now; if not, the note says why. */
  explainTakeOn(): boolean
  /** Whether the action is possible now; if not, the note says why. */
  explain(action: Action): boolean
  clear(): void
}

/** The presses of a desk, one at a time; `onExpired` when the clerk is no longer signed in. */
export function useDesk(hub: Hub, desk: () => Desk | null, onExpired: () => void): DeskControls {
  const command = useCommand(hub)
  const pending = ref<Target | null>(null)
  const note = shallowRef<Note | null>(null)
  let noteTimer: ReturnType<typeof setTimeout> | undefined
  let settleTimer: ReturnType<typeof setTimeout> | undefined

  function clear(): void {
    clearTimeout(noteTimer)
    note.value = null
  }

  function tell(next: Note): void {
    clearTimeout(noteTimer)
    note.value = next
    noteTimer = setTimeout(clear, NOTE_MS)
  }

  function settle(): void {
    clearTimeout(settleTimer)
    pending.value = null
  }

  async function send(target: Target, asked: Command): Promise<void> {
    clear()
    const shown = desk()?.view
    pending.value = target
    const ending = await command.run(asked)
    if (ending === null) return
    if (ending.type === 'done') {
      if (desk()?.view === shown) settleTimer = setTimeout(settle, SETTLE_MS)
      else settle()
      return
    }
    settle()
    if (ending.type === 'failed' && isExpired(ending.code)) onExpired()
    else tell(ending)
  }

  function allowed(obstacleAt: (now: Desk) => Obstacle | null): boolean {
    const now = desk()
    if (now === null || pending.value !== null) return false
    const obstacle = obstacleAt(now)
    if (obstacle !== null) tell({ type: 'obstacle', obstacle })
    return obstacle === null
  }

  const explain = (action: Action): boolean => allowed((now) => obstacles(now)[action])
  const explainTakeOn = (): boolean => allowed(toTakeOn)

  /** Take the chosen ticket on with what `make` says for the counter, if the counter is free. */
  async function takeOn(
    ticketId: string,
    ask: TicketAsk,
    make: (counterId: string) => Command,
  ): Promise<void> {
    const now = desk()
    if (now !== null && explainTakeOn()) await send({ ticketId, ask }, make(now.view.counter_id))
  }

  /** Send what `make` says for the counter, unless something forbids `action` or is under way. */
  async function tryTo(action: Action, make: (counterId: string) => Command): Promise<void> {
    const now = desk()
    if (now !== null && explain(action)) await send(action, make(now.view.counter_id))
  }

  watch(
    () => desk()?.view,
    () => {
      if (!command.isPending.value) settle()
    },
  )
  watch(() => ticketState(desk()?.view ?? null), clear)
  onScopeDispose(() => {
    clearTimeout(noteTimer)
    clearTimeout(settleTimer)
  })

  return {
    pending: readonly(pending),
    note: shallowReadonly(note),
    press: (action) => tryTo(action, (counterId) => ({ type: action, counter_id: counterId })),
    pause: (reason) =>
      tryTo('pause_counter', (counterId) => ({
        type: 'pause_counter',
        counter_id: counterId,
        reason,
      })),
    transfer: (transfer) =>
      tryTo('transfer_ticket', (counterId) => ({
        type: 'transfer_ticket',
        counter_id: counterId,
        ...transfer,
      })),
    handOn: (queueId) =>
      tryTo('next_queue', (counterId) => ({
        type: 'next_queue',
        counter_id: counterId,
        to_queue_id: queueId,
      })),
    resume: (ticketId) =>
      takeOn(ticketId, 'resume', (counterId) => ({
        type: 'resume_ticket',
        counter_id: counterId,
        ticket_id: ticketId,
      })),
    callChosen: (ticketId, reason) =>
      takeOn(ticketId, 'call', (counterId) => ({
        type: 'call_ticket',
        counter_id: counterId,
        ticket_id: ticketId,
        reason,
      })),
    async acknowledge(alertId) {
      if (!allowed((now) => (now.isLinkUp ? null : 'link_down'))) return
      await send('acknowledge_alert', { type: 'acknowledge_alert', alert_id: alertId })
    },
    explainTakeOn,
    async putBack(ticketId) {
      if (!allowed((now) => (now.isLinkUp ? null : 'link_down'))) return
      await send({ ticketId, ask: 'return' }, { type: 'return_ticket', ticket_id: ticketId })
    },
    explain,
    clear,
  }
}

/** Whether the code means that nobody, or somebody else, is signed in. */
export function isExpired(code: string | null): boolean {
  return code === 'unauthenticated' || code === 'forbidden'
}

/** What was said of a press holds only as long as this. */
function ticketState(view: CounterView | null): string {
  return `${view?.state} ${view?.ticket?.ticket_id} ${view?.ticket?.state} ${view?.ticket?.recalls_left}`
}
