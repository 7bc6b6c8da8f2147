import type { CounterView } from '@/wire/wire.gen'

/** What a clerk may do at the desk, in the order of the buttons. */
export const ACTIONS = [
  'call_next',
  'stop_auto_call',
  'start_serving',
  'finish_serving',
  'recall',
  'pass_ticket',
  'undo_call',
  'hold_ticket',
  'transfer_ticket',
  'next_queue',
  'pause_counter',
  'resume_counter',
  'open_counter',
  'close_counter',
] as const

export type Action = (typeof ACTIONS)[number]

/** Why a button does nothing now; each has words that say what to do. */
export type Obstacle =
  | 'link_down'
  | 'day_not_open'
  | 'counter_off'
  | 'counter_on'
  | 'counter_taken'
  | 'paused'
  | 'not_paused'
  | 'nobody_waits'
  | 'call_in_hand'
  | 'serving_in_hand'
  | 'no_ticket'
  | 'not_serving'
  | 'already_serving'
  | 'recall_too_soon'
  | 'recalls_used_up'
  | 'recall_first'
  | 'undo_too_late'
  | 'no_auto_call'

/** The desk at one moment; all that the buttons depend on. */
export interface Desk {
  readonly view: CounterView
  /** The clerk signed in on this page; null for a supervisor, who may act at any counter. */
  readonly clerkId: string | null
  /** Server time, in ms. */
  readonly now: number
  readonly isLinkUp: boolean
}

/** Why each action is not possible now; null for those that are. */
export function obstacles(desk: Desk): Readonly<Record<Action, Obstacle | null>> {
  const general = generalObstacle(desk)
  const of = (own: Obstacle | null): Obstacle | null => general ?? own
  return {
    call_next: of(toCallNext(desk.view)),
    stop_auto_call: of(offOr(desk.view, desk.view.auto_call_at === null ? 'no_auto_call' : null)),
    start_serving: of(toStart(desk.view)),
    finish_serving: of(toFinish(desk.view)),
    recall: of(toRecall(desk.view, desk.now)),
    pass_ticket: of(toPass(desk.view)),
    undo_call: of(toUndo(desk.view, desk.now)),
    hold_ticket: of(toFinish(desk.view)),
    transfer_ticket: of(toFinish(desk.view)),
    next_queue: of(toFinish(desk.view)),
    pause_counter: of(
      offOr(desk.view, inHand(desk.view) ?? (desk.view.state === 'paused' ? 'paused' : null)),
    ),
    resume_counter: of(offOr(desk.view, desk.view.state === 'paused' ? null : 'not_paused')),
    open_counter: of(desk.view.state === 'off' ? null : 'counter_on'),
    close_counter: of(offOr(desk.view, inHand(desk.view))),
  }
}

/** Why no chosen ticket can be taken on now, be it called (CL10) or held and resumed. */
export function toTakeOn(desk: Desk): Obstacle | null {
  return generalObstacle(desk) ?? notFree(desk.view)
}

/** The one action that comes next; null when the desk can only wait. */
export function primaryAction(desk: Desk): Action | null {
  if (generalObstacle(desk) !== null) return null
  const { state, ticket } = desk.view
  switch (state) {
    case 'off':
      return 'open_counter'
    case 'paused':
      return 'resume_counter'
    case 'open':
      return toCallNext(desk.view) === null ? 'call_next' : null
    case 'busy':
      return ticket?.state === 'serving' ? 'finish_serving' : 'start_serving'
    default:
      return state satisfies never
  }
}

/** Whether the counter is open for somebody else (CL7). */
export function isTaken(view: CounterView, clerkId: string | null): boolean {
  return view.state !== 'off' && clerkId !== null && view.clerk_id !== clerkId
}

function generalObstacle({ view, clerkId, isLinkUp }: Desk): Obstacle | null {
  if (!isLinkUp) return 'link_down'
  if (!view.is_day_open) return 'day_not_open'
  return isTaken(view, clerkId) ? 'counter_taken' : null
}

function offOr(view: CounterView, own: Obstacle | null): Obstacle | null {
  return view.state === 'off' ? 'counter_off' : own
}

function inHand(view: CounterView): Obstacle | null {
  if (view.ticket === null) return null
  return view.ticket.state === 'serving' ? 'serving_in_hand' : 'call_in_hand'
}

function notFree(view: CounterView): Obstacle | null {
  return offOr(view, view.state === 'paused' ? 'paused' : inHand(view))
}

/** Who waits for this counter alone is in no queue's count, but comes up in `next`. */
function toCallNext(view: CounterView): Obstacle | null {
  const isNobody = view.next.length === 0 && view.queues.every((queue) => queue.waiting === 0)
  return notFree(view) ?? (isNobody ? 'nobody_waits' : null)
}

function toStart(view: CounterView): Obstacle | null {
  if (view.ticket === null) return offOr(view, 'no_ticket')
  return view.ticket.state === 'called' ? null : 'already_serving'
}

function toFinish(view: CounterView): Obstacle | null {
  if (view.ticket === null) return offOr(view, 'no_ticket')
  return view.ticket.state === 'serving' ? null : 'not_serving'
}

/** CL6: a few recalls, some time apart. */
function toRecall(view: CounterView, now: number): Obstacle | null {
  const blocked = toStart(view)
  if (blocked !== null || view.ticket === null) return blocked
  if (view.ticket.recalls_left <= 0) return 'recalls_used_up'
  return now < Date.parse(view.ticket.recall_from) ? 'recall_too_soon' : null
}

/** PS1: only after the last recall. */
function toPass(view: CounterView): Obstacle | null {
  const blocked = toStart(view)
  if (blocked !== null || view.ticket === null) return blocked
  return view.ticket.is_pass_allowed ? null : 'recall_first'
}

/** CL9: only for a short while after the call. */
function toUndo(view: CounterView, now: number): Obstacle | null {
  const blocked = toStart(view)
  if (blocked !== null || view.ticket === null) return blocked
  return now <= Date.parse(view.ticket.undo_until) ? null : 'undo_too_late'
}
