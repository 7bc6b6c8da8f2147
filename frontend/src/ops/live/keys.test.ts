import { expect, test } from 'vitest'
import { CAPS, intentOf, type Pressed } from './keys'

const pressed = (key: string, change: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...change,
})

test('keys_lead_into_a_list_or_open_a_dialog', () => {
  expect(intentOf(pressed('w'))).toEqual({ type: 'list', list: 'windows' })
  expect(intentOf(pressed('Q'))).toEqual({ type: 'list', list: 'queues' })
  expect(intentOf(pressed('/'))).toEqual({ type: 'dialog', dialog: 'ticket' })
  expect(intentOf(pressed('?'))).toEqual({ type: 'dialog', dialog: 'help' })
})

test('every_cap_shown_does_something', () => {
  for (const cap of Object.values(CAPS)) expect(intentOf(pressed(cap))).not.toBeNull()
})

test('chinese_input_method_leaves_the_keys_working', () => {
  expect(intentOf(pressed('Process', { code: 'KeyN' }))).toEqual({
    type: 'dialog',
    dialog: 'notice',
  })
  expect(intentOf(pressed('Process', { code: 'Slash' }))).toMatchObject({ dialog: 'ticket' })
  expect(intentOf(pressed('？'))).toMatchObject({ dialog: 'help' })
})

test('keys_of_the_browser_and_others_are_left_alone', () => {
  expect(intentOf(pressed('s', { ctrlKey: true }))).toBeNull()
  expect(intentOf(pressed('Enter'))).toBeNull()
})
