import { afterEach, expect, test } from 'vitest'
import { ticket, view } from './fixtures'
import { focusedTicketId, rowId, whyTicket } from './whyTicket'

const at = '2026-11-23T01:20:00Z'
const next = {
  ticket_id: 'n1',
  number: 'B008',
  queue_id: 'B',
  ticket_class: 'ordinary',
  issued_at: at,
  is_directed: false,
} as const

afterEach(() => document.body.replaceChildren())

test('why_is_about_the_ticket_chosen_in_a_list', () => {
  expect(whyTicket(view({ ticket: ticket(), next: [next] }), 'n1')?.number).toBe('B008')
})

test('why_is_else_about_the_ticket_at_hand_or_the_next', () => {
  expect(whyTicket(view({ ticket: ticket(), next: [next] }), null)?.number).toBe('B007')
  expect(whyTicket(view({ next: [next] }), null)?.number).toBe('B008')
  expect(whyTicket(view({ ticket: ticket() }), 'gone')?.number).toBe('B007')
})

test('why_is_about_nobody_where_nobody_is', () => {
  expect(whyTicket(view({ next: [], held: [], passed: [] }), null)).toBeNull()
})

test('row_with_the_focus_says_which_ticket_is_meant', () => {
  const row = document.createElement('li')
  row.id = rowId('20261123-B008')
  const button = document.createElement('button')
  row.append(button)
  document.body.append(row)
  expect(focusedTicketId()).toBeNull()
  button.focus()
  expect(focusedTicketId()).toBe('20261123-B008')
})
