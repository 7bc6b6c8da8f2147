import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import { useCardReader } from './useCardReader'
import { WEDGE_MS } from './wedge'

const card = vi.fn()
const key = vi.fn()
const unreadable = vi.fn()
let scope: EffectScope
let now = 0

/** One key as the browser tells of it; true when the page kept it from the element. */
function press(on: EventTarget, init: KeyboardEventInit): boolean {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
  Object.defineProperty(event, 'timeStamp', { value: now })
  on.dispatchEvent(event)
  const isKept = event.defaultPrevented
  // What a browser does with a key that nobody kept.
  if (!isKept && on instanceof HTMLInputElement && event.key.length === 1) on.value += event.key
  if (!isKept && on instanceof HTMLButtonElement && event.key === 'Enter') on.click()
  now += 5
  vi.advanceTimersByTime(5)
  return isKept
}

const codeOf = (char: string) => (/[0-9]/.test(char) ? `Digit${char}` : `Key${char.toUpperCase()}`)

function swipe(on: EventTarget, uid: string): boolean {
  for (const char of uid) press(on, { key: char, code: codeOf(char) })
  return press(on, { key: 'Enter', code: 'Enter' })
}

function put<K extends 'button' | 'input'>(tag: K): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  document.body.append(element)
  element.focus()
  return element
}

beforeEach(() => {
  vi.useFakeTimers()
  now = 1000
  document.body.replaceChildren()
  for (const ear of [card, key, unreadable]) ear.mockReset()
  scope = effectScope()
  scope.run(() => useCardReader({ card, key, unreadable }))
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

test('card_presses_no_button_that_has_the_focus', () => {
  const button = put('button')
  const clicked = vi.fn()
  button.addEventListener('click', clicked)
  expect(swipe(button, '04a2b3c4')).toBe(true)
  expect(card.mock.calls).toEqual([['04A2B3C4']])
  expect(clicked).not.toHaveBeenCalled()
})

test('space_within_a_card_presses_no_button', () => {
  const button = put('button')
  for (const char of '04') press(button, { key: char, code: codeOf(char) })
  expect(press(button, { key: ' ', code: 'Space' })).toBe(true)
  expect(swipe(button, 'A2B3C4')).toBe(true)
  expect(card.mock.calls).toEqual([['04 A2B3C4']])
})

test('enter_and_space_of_a_person_press_the_button', () => {
  const button = put('button')
  expect(press(button, { key: 'Enter', code: 'Enter' })).toBe(false)
  expect(press(button, { key: ' ', code: 'Space' })).toBe(false)
  expect(key).not.toHaveBeenCalledWith('Enter')
})

test('card_leaves_a_field_as_it_was', () => {
  const field = put('input')
  field.value = 'A02'
  const heard: string[] = []
  field.addEventListener('input', () => heard.push(field.value))
  swipe(field, '0412345678')
  expect(card.mock.calls).toEqual([['0412345678']])
  expect(field.value).toBe('A02')
  expect(heard.at(-1)).toBe('A02')
})

test('what_a_person_types_is_the_fields', () => {
  const field = put('input')
  for (const char of '0412') {
    press(field, { key: char, code: codeOf(char) })
    now += WEDGE_MS
    vi.advanceTimersByTime(WEDGE_MS)
  }
  vi.runAllTimers()
  expect(field.value).toBe('0412')
  expect(key).not.toHaveBeenCalled()
  expect(card).not.toHaveBeenCalled()
})

test('key_that_is_held_down_counts_once', () => {
  for (let n = 0; n < 8; n++) press(document.body, { key: '1', code: 'Digit1', repeat: n > 0 })
  vi.runAllTimers()
  expect(key.mock.calls).toEqual([['1']])
})

test('card_is_read_whatever_layout_and_input_method_are_set', () => {
  for (const [char, code] of [
    ['ф', 'KeyA'],
    ['и', 'KeyB'],
    ['Process', 'Digit1'],
    ['２', 'Digit2'],
    ['End', 'Numpad3'],
  ] as const)
    press(document.body, { key: char, code, isComposing: char === 'Process' })
  press(document.body, { key: 'Enter', code: 'NumpadEnter' })
  expect(card.mock.calls).toEqual([['AB123']])
})

test('reader_without_key_places_is_understood', () => {
  for (const char of '０４A2') press(document.body, { key: char, code: '' })
  press(document.body, { key: 'Enter', code: '' })
  expect(card.mock.calls).toEqual([['04A2']])
})

test('shortcut_of_the_browser_is_no_part_of_a_card', () => {
  press(document.body, { key: 'r', code: 'KeyR', ctrlKey: true })
  vi.runAllTimers()
  expect(key).not.toHaveBeenCalled()
})

test('page_that_is_gone_hears_nothing', () => {
  scope.stop()
  swipe(document.body, '04A2B3C4')
  expect(card).not.toHaveBeenCalled()
})
