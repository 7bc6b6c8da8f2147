import { expect, test } from 'vitest'
import { counter } from './fixtures'
import { actsOn } from './windowActs'

test('window_that_is_not_open_can_be_opened_and_moved__CO1', () => {
  expect(actsOn(counter({ state: 'off' }))).toEqual(['open_counter', 'assign_counter'])
})

test('paused_window_is_resumed_first__CO1', () => {
  expect(actsOn(counter({ state: 'paused' }))[0]).toBe('resume_counter')
  expect(actsOn(counter({ state: 'paused' }))).not.toContain('pause_counter')
})

test('busy_window_is_neither_closed_nor_paused__CL7', () => {
  for (const ticket_state of ['called', 'serving'] as const) {
    const acts = actsOn(counter({ state: 'busy', number: 'A001', ticket_state }))
    expect(acts).not.toContain('close_counter')
    expect(acts).not.toContain('pause_counter')
    expect(acts).toContain('assign_counter') // whom it serves it goes on serving
  }
  expect(actsOn(counter({ state: 'busy', ticket_state: 'called' }))).toContain('recall')
  expect(actsOn(counter({ state: 'busy', ticket_state: 'serving' }))).toContain('finish_serving')
})
