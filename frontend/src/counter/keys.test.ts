import { expect, test } from 'vitest'
import { CAPS, intentOf, type Overlay, PAUSE_REASONS } from './keys'

const press = (key: string, overlay: Overlay = 'none', isPaused = false, change = {}) =>
  intentOf(
    { key, code: '', ctrlKey: false, altKey: false, metaKey: false, ...change },
    overlay,
    isPaused,
  )

test.each([
  [' ', 'call_next'],
  ['F2', 'call_next'],
  ['r', 'recall'],
  ['F3', 'recall'],
  ['s', 'start_serving'],
  ['F4', 'start_serving'],
  ['f', 'finish_serving'],
  ['F5', 'finish_serving'],
  ['p', 'pass_ticket'],
  ['F6', 'pass_ticket'],
  ['u', 'undo_call'],
  ['h', 'hold_ticket'],
  ['t', 'transfer_ticket'],
  ['n', 'next_queue'],
  ['o', 'open_counter'],
])('key_%s_asks_for_%s', (key, action) => {
  expect(press(key)).toEqual({ type: 'act', action })
})

test('capital_letters_work_too', () => {
  expect(press('R')).toEqual({ type: 'act', action: 'recall' })
})

test('letters_work_under_a_chinese_input_method', () => {
  expect(press('Process', 'none', false, { code: 'KeyR' })).toEqual({
    type: 'act',
    action: 'recall',
  })
  expect(press('？')).toEqual({ type: 'help' })
})

test('keys_with_ctrl_alt_or_meta_stay_with_the_browser', () => {
  for (const change of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }]) {
    expect(press('f', 'none', false, change)).toBeNull()
    expect(press('F5', 'none', false, change)).toBeNull()
  }
})

test('z_pauses_an_open_counter_and_resumes_a_paused_one', () => {
  expect(press('z')).toEqual({ type: 'pause_menu' })
  expect(press('z', 'none', true)).toEqual({ type: 'act', action: 'resume_counter' })
})

test('digits_choose_the_reason_only_in_the_pause_menu', () => {
  expect(PAUSE_REASONS.map((_, n) => press(String(n + 1), 'pause'))).toEqual(
    PAUSE_REASONS.map((reason) => ({ type: 'pause', reason })),
  )
  expect(press('5', 'pause')).toBeNull()
  expect(press('1')).toBeNull()
})

test('closing_asks_first', () => {
  expect(press('x')).toEqual({ type: 'confirm_close' })
  expect(press('Enter', 'close')).toEqual({ type: 'act', action: 'close_counter' })
  expect(press('Enter')).toBeNull()
})

test.each(['pause', 'close', 'help', 'transfer', 'next_queue', 'call'] as const)(
  'over_the_desk_%s_keeps_its_actions_away',
  (overlay) => {
    for (const key of ['r', 's', 'f', 'u', 'h', 't', 'n', ' '])
      expect(press(key, overlay)).toBeNull()
    expect(press('F5', overlay)).toEqual({ type: 'dismiss' })
    expect(press('Escape', overlay)).toEqual({ type: 'dismiss' })
  },
)

test.each([
  ['c', 'next_list'],
  ['k', 'held_list'],
  ['b', 'passed_list'],
])('key_%s_leads_into_the_%s', (key, list) => {
  expect(press(key)).toEqual({ type: 'list', list })
})

test('no_two_actions_share_a_key_but_pause_and_resume', () => {
  const caps = Object.entries(CAPS).flatMap(([action, keys]) =>
    action === 'resume_counter' ? [] : keys,
  )
  expect(new Set(caps).size).toBe(caps.length)
})

test('y_asks_why_the_ticket_at_hand_waited', () => {
  expect(press('y')).toEqual({ type: 'why' })
  expect(press('y', 'why')).toBeNull()
})
