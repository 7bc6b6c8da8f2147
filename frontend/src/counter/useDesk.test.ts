import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EffectScope, effectScope, nextTick, shallowRef } from 'vue'
import { type Command, CommandError, type Hub, type Outcome } from '@/hub/hub'
import type { CounterView } from '@/wire/wire.gen'
import type { Desk } from './actions'
import { desk, ticket } from './fixtures'
import { NOTE_MS, SETTLE_MS, useDesk } from './useDesk'

const DONE: Outcome = { type: 'done', seq: 9, result: {} }

let scope: EffectScope
const sent: Command[] = []
let answer: (outcome: Outcome | CommandError) => void = () => undefined

function start(change: Partial<CounterView> = {}) {
  const shown = shallowRef<Desk>(desk(change))
  const onExpired = vi.fn()
  const hub = {
    do: (command: Command) =>
      new Promise<Outcome>((resolve, reject) => {
        sent.push(command)
        answer = (outcome) => (outcome instanceof CommandError ? reject(outcome) : resolve(outcome))
      }),
  } as unknown as Hub
  const controls = scope.run(() => useDesk(hub, () => shown.value, onExpired))
  if (!controls) throw new Error('no scope')
  return { controls, shown, onExpired }
}

const settled = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  sent.length = 0
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

test('two_quick_presses_send_one_command', () => {
  const { controls } = start()
  void controls.press('call_next')
  void controls.press('call_next')
  expect(sent).toEqual([{ type: 'call_next', counter_id: 'W02' }])
  expect(controls.pending.value).toBe('call_next')
})

test('press_between_the_answer_and_its_view_is_not_sent', async () => {
  const { controls, shown } = start()
  void controls.press('call_next')
  answer(DONE)
  await settled()
  void controls.press('call_next')
  expect(sent).toHaveLength(1)
  shown.value = desk({ state: 'busy', ticket: ticket() })
  await nextTick()
  expect(controls.pending.value).toBeNull()
})

test('view_that_came_before_the_answer_leaves_nothing_pending', async () => {
  const { controls, shown } = start()
  void controls.press('call_next')
  shown.value = desk({ state: 'busy', ticket: ticket() })
  await nextTick()
  expect(controls.pending.value).toBe('call_next')
  answer(DONE)
  await settled()
  expect(controls.pending.value).toBeNull()
})

test('button_is_free_again_when_no_view_follows', async () => {
  const { controls } = start()
  void controls.press('call_next')
  answer(DONE)
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  expect(controls.pending.value).toBeNull()
})

test('impossible_press_is_explained_and_not_sent', async () => {
  const { controls } = start({ state: 'busy', ticket: ticket() })
  await controls.press('recall')
  expect(sent).toEqual([])
  expect(controls.note.value).toEqual({ type: 'obstacle', obstacle: 'recall_too_soon' })
  await vi.advanceTimersByTimeAsync(NOTE_MS)
  expect(controls.note.value).toBeNull()
})

test('refusal_is_told_until_the_desk_moves_on', async () => {
  const { controls, shown } = start()
  void controls.press('call_next')
  answer({ type: 'refused', code: 'queue_empty' })
  await settled()
  expect(controls.note.value).toEqual({ type: 'refused', code: 'queue_empty' })
  shown.value = desk({ state: 'busy', ticket: ticket() })
  await nextTick()
  expect(controls.note.value).toBeNull()
})

test('clerk_no_longer_signed_in_is_sent_to_sign_in', async () => {
  const { controls, onExpired } = start()
  void controls.press('call_next')
  answer(new CommandError('forbidden'))
  await settled()
  expect(onExpired).toHaveBeenCalledOnce()
  expect(controls.note.value).toBeNull()
})

test('pause_carries_its_reason_and_return_its_ticket', async () => {
  const { controls } = start()
  void controls.pause('lunch')
  answer(DONE)
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  void controls.putBack('2026-11-23-B-B003')
  expect(sent).toEqual([
    { type: 'pause_counter', counter_id: 'W02', reason: 'lunch' },
    { type: 'return_ticket', ticket_id: '2026-11-23-B-B003' },
  ])
})

test('held_ticket_is_resumed_and_a_chosen_one_called_with_its_reason__CL10', async () => {
  const { controls } = start()
  void controls.resume('2026-11-23-B-B003')
  expect(controls.pending.value).toEqual({ ticketId: '2026-11-23-B-B003', ask: 'resume' })
  answer(DONE)
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  void controls.callChosen('2026-11-23-B-B004', '情况紧急')
  expect(sent).toEqual([
    { type: 'resume_ticket', counter_id: 'W02', ticket_id: '2026-11-23-B-B003' },
    {
      type: 'call_ticket',
      counter_id: 'W02',
      ticket_id: '2026-11-23-B-B004',
      reason: '情况紧急',
    },
  ])
})

test('busy_counter_takes_no_chosen_ticket_on_and_says_why', async () => {
  const { controls } = start({ state: 'busy', ticket: ticket({ state: 'serving' }) })
  await controls.resume('2026-11-23-B-B003')
  expect(controls.explainTakeOn()).toBe(false)
  expect(sent).toEqual([])
  expect(controls.note.value).toEqual({ type: 'obstacle', obstacle: 'serving_in_hand' })
})

test('visitor_being_served_is_sent_on__TR1_TK7', async () => {
  const { controls } = start({ state: 'busy', ticket: ticket({ state: 'serving' }) })
  void controls.transfer({ to_counter_id: 'W05', place: 'tail', reason: '走错窗口' })
  answer(DONE)
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  void controls.handOn('C')
  expect(sent).toEqual([
    {
      type: 'transfer_ticket',
      counter_id: 'W02',
      to_counter_id: 'W05',
      place: 'tail',
      reason: '走错窗口',
    },
    { type: 'next_queue', counter_id: 'W02', to_queue_id: 'C' },
  ])
})

test('alert_is_acknowledged_once_and_not_while_the_link_is_down__AL1', () => {
  const { controls, shown } = start()
  shown.value = { ...desk(), isLinkUp: false }
  void controls.acknowledge('20261123-L1')
  expect(controls.note.value).toEqual({ type: 'obstacle', obstacle: 'link_down' })
  shown.value = desk()
  void controls.acknowledge('20261123-L1')
  void controls.acknowledge('20261123-L1')
  expect(sent).toEqual([{ type: 'acknowledge_alert', alert_id: '20261123-L1' }])
})
