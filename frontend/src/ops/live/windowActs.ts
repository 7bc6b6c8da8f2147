import type { OpsCounter } from '@/wire/wire.gen'

/** What a supervisor may do at a window. */
export type WindowAct =
  | 'open_counter'
  | 'resume_counter'
  | 'recall'
  | 'assign_counter'
  | 'pause_counter'
  | Confirmed

/** What is asked about once more, since it ends something. */
export type Confirmed = 'pass_ticket' | 'finish_serving' | 'close_counter'

/** What makes sense at the window now, the likeliest first; the hub has the last word. */
export function actsOn(counter: OpsCounter): readonly WindowAct[] {
  switch (counter.state) {
    case 'off':
      return ['open_counter', 'assign_counter']
    case 'open':
      return ['assign_counter', 'pause_counter', 'close_counter']
    case 'paused':
      return ['resume_counter', 'assign_counter', 'close_counter']
    case 'busy':
      return counter.ticket_state === 'called'
        ? ['recall', 'assign_counter', 'pass_ticket']
        : ['assign_counter', 'finish_serving']
    default:
      return counter.state satisfies never
  }
}
