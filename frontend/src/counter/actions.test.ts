import { expect, test } from 'vitest'
import { ACTIONS, type Action, type Desk, obstacles, primaryAction, toTakeOn } from './actions'
import { AT, desk, ticket } from './fixtures'

const possible = (at: Desk): Action[] => ACTIONS.filter((action) => obstacles(at)[action] === null)

test('open_counter_with_somebody_waiting_calls_pauses_or_closes', () => {
  expect(possible(desk())).toEqual(['call_next', 'pause_counter', 'close_counter'])
  expect(primaryAction(desk())).toBe('call_next')
})

test('open_counter_with_nobody_waiting_says_so', () => {
  const empty = desk({ queues: [] })
  expect(obstacles(empty).call_next).toBe('nobody_waits')
  expect(primaryAction(empty)).toBeNull()
})

test('next_call_can_be_stopped_while_one_is_due__CL11', () => {
  const due = desk({ auto_call_s: 10, auto_call_at: new Date(AT + 7_000).toISOString() })
  expect(possible(due)).toContain('stop_auto_call')
  expect(primaryAction(due)).toBe('call_next')
  expect(obstacles(desk({ auto_call_s: 10 })).stop_auto_call).toBe('no_auto_call')
})

test('called_ticket_can_be_served_and_undone_at_once', () => {
  const called = desk({ state: 'busy', ticket: ticket() })
  expect(possible(called)).toEqual(['start_serving', 'undo_call'])
  expect(primaryAction(called)).toBe('start_serving')
  expect(obstacles(called)).toMatchObject({
    call_next: 'call_in_hand',
    recall: 'recall_too_soon',
    pass_ticket: 'recall_first',
  })
})

test('recall_is_possible_from_its_moment_on__CL6', () => {
  const at = { state: 'busy', ticket: ticket() } as const
  expect(obstacles(desk(at, AT + 19_999)).recall).toBe('recall_too_soon')
  expect(obstacles(desk(at, AT + 20_000)).recall).toBeNull()
})

test('undo_is_possible_until_its_moment__CL9', () => {
  const at = { state: 'busy', ticket: ticket() } as const
  expect(obstacles(desk(at, AT + 10_000)).undo_call).toBeNull()
  expect(obstacles(desk(at, AT + 10_001)).undo_call).toBe('undo_too_late')
})

test('passing_is_possible_only_after_the_last_recall__PS1', () => {
  const last = desk(
    { state: 'busy', ticket: ticket({ recalls_left: 0, is_pass_allowed: true }) },
    AT + 60_000,
  )
  expect(obstacles(last)).toMatchObject({
    recall: 'recalls_used_up',
    pass_ticket: null,
    start_serving: null,
  })
})

test('ticket_being_served_can_be_finished_held_or_sent_on', () => {
  const serving = desk({ state: 'busy', ticket: ticket({ state: 'serving' }) }, AT + 60_000)
  expect(possible(serving)).toEqual([
    'finish_serving',
    'hold_ticket',
    'transfer_ticket',
    'next_queue',
  ])
  expect(primaryAction(serving)).toBe('finish_serving')
})

test('ticket_only_called_cannot_be_held_or_sent_on_yet', () => {
  const called = desk({ state: 'busy', ticket: ticket() })
  for (const move of ['hold_ticket', 'transfer_ticket', 'next_queue'] as const) {
    expect(obstacles(called)[move]).toBe('not_serving')
    expect(obstacles(desk())[move]).toBe('no_ticket')
  }
})

test('visitor_directed_here_can_be_called_though_no_queue_counts_them__TR1', () => {
  const directed = {
    ticket_id: '2026-11-23-B-B009',
    number: 'B009',
    queue_id: 'B',
    ticket_class: 'ordinary',
    issued_at: '2026-11-23T01:00:00Z',
    is_directed: true,
  } as const
  expect(obstacles(desk({ queues: [], next: [directed] })).call_next).toBeNull()
})

test('chosen_ticket_is_taken_on_only_by_a_free_counter__CL10', () => {
  expect(toTakeOn(desk())).toBeNull()
  expect(toTakeOn(desk({ queues: [] }))).toBeNull()
  expect(toTakeOn(desk({ state: 'busy', ticket: ticket() }))).toBe('call_in_hand')
  expect(toTakeOn(desk({ state: 'busy', ticket: ticket({ state: 'serving' }) }))).toBe(
    'serving_in_hand',
  )
  expect(toTakeOn(desk({ state: 'paused' }))).toBe('paused')
  expect(toTakeOn(desk({ state: 'off', clerk_id: null }))).toBe('counter_off')
  expect(toTakeOn({ ...desk(), isLinkUp: false })).toBe('link_down')
})

test('paused_counter_can_only_resume_or_close__CO1', () => {
  const paused = desk({ state: 'paused', pause_reason: 'lunch' })
  expect(possible(paused)).toEqual(['resume_counter', 'close_counter'])
  expect(primaryAction(paused)).toBe('resume_counter')
})

test('counter_that_is_off_can_only_be_opened', () => {
  const off = desk({ state: 'off', clerk_id: null })
  expect(possible(off)).toEqual(['open_counter'])
  expect(primaryAction(off)).toBe('open_counter')
})

test('nothing_is_possible_while_the_link_is_down_or_the_day_is_not_open', () => {
  expect(possible({ ...desk(), isLinkUp: false })).toEqual([])
  expect(obstacles({ ...desk(), isLinkUp: false }).call_next).toBe('link_down')
  expect(obstacles(desk({ is_day_open: false })).call_next).toBe('day_not_open')
})

test('nothing_is_possible_at_a_counter_of_somebody_else', () => {
  const taken = desk({ clerk_id: 'w09' })
  expect(obstacles(taken).call_next).toBe('counter_taken')
  expect(primaryAction(taken)).toBeNull()
})

test('no_state_has_a_primary_action_that_is_not_possible', () => {
  for (const state of ['off', 'open', 'paused', 'busy'] as const) {
    for (const held of ['called', 'serving'] as const) {
      const at = desk({ state, ticket: state === 'busy' ? ticket({ state: held }) : null })
      const primary = primaryAction(at)
      expect(primary === null || obstacles(at)[primary] === null).toBe(true)
    }
  }
})
