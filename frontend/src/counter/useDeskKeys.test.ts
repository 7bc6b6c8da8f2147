import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import type { Intent, Overlay } from './keys'
import { useDeskKeys } from './useDeskKeys'

let scope: EffectScope
let overlay: Overlay = 'none'
const intents: Intent[] = []

/** Press a key on `target`; true when the browser was kept from its own answer. */
function press(key: string, target: EventTarget = document.body, init: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })
  target.dispatchEvent(event)
  return event.defaultPrevented
}

function put(tag: 'input' | 'button' | 'dialog'): HTMLElement {
  const element = document.createElement(tag)
  document.body.append(element)
  return element
}

beforeEach(() => {
  intents.length = 0
  overlay = 'none'
  scope = effectScope()
  scope.run(() =>
    useDeskKeys(
      () => ({ overlay, isPaused: false }),
      (intent) => void intents.push(intent),
    ),
  )
})
afterEach(() => {
  scope.stop()
  document.body.replaceChildren()
})

test('f5_finishes_and_does_not_reload', () => {
  expect(press('F5')).toBe(true)
  expect(intents).toEqual([{ type: 'act', action: 'finish_serving' }])
})

test('f5_under_an_overlay_does_not_reload_either', () => {
  overlay = 'help'
  expect(press('F5')).toBe(true)
})

test('held_key_counts_once_and_never_reaches_the_browser', () => {
  press('F5')
  expect(press('F5', document.body, { repeat: true })).toBe(true)
  expect(intents).toHaveLength(1)
})

test('typing_into_a_field_is_left_alone', () => {
  const field = put('input')
  for (const key of [' ', 'r', 'f', 'x']) expect(press(key, field)).toBe(false)
  expect(intents).toEqual([])
})

test('f5_from_a_field_of_a_dialog_does_not_reload', () => {
  overlay = 'transfer'
  expect(press('F5', put('input'))).toBe(true)
  expect(press('1', put('input'))).toBe(false)
})

test('dialog_that_is_not_the_desks_own_keeps_its_keys', () => {
  const button = document.createElement('button')
  put('dialog').append(button)
  expect(press('r', button)).toBe(false)
  expect(intents).toEqual([])
})

test('button_with_the_focus_keeps_space_and_enter', () => {
  expect(press(' ', put('button'))).toBe(false)
  expect(intents).toEqual([])
  press('r', put('button'))
  expect(intents).toEqual([{ type: 'act', action: 'recall' }])
})

test('button_pressed_with_the_mouse_gives_the_focus_back', () => {
  const button = put('button')
  button.focus()
  button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
  expect(document.activeElement).not.toBe(button)
})

test('unknown_keys_and_reload_with_ctrl_stay_with_the_browser', () => {
  expect(press('q')).toBe(false)
  expect(press('r', document.body, { ctrlKey: true })).toBe(false)
})

test('desk_that_is_gone_takes_no_keys', () => {
  scope.stop()
  expect(press('F5')).toBe(false)
})
