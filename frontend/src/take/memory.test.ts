import { beforeEach, expect, test } from 'vitest'
import { rememberedTicket, rememberTicket } from './memory'

const TICKET = { number: 'A023', token: 'f00dcafe', day: '2026-11-23' }

beforeEach(() => localStorage.clear())

test('ticket_is_found_again_on_its_day_only', () => {
  expect(rememberedTicket('2026-11-23')).toBeNull()
  rememberTicket(TICKET)
  expect(rememberedTicket('2026-11-23')).toEqual(TICKET)
  expect(rememberedTicket('2026-11-24')).toBeNull()
})

test('what_cannot_be_read_is_no_ticket', () => {
  localStorage.setItem('yizhan.ticket', '{"number":')
  expect(rememberedTicket('2026-11-23')).toBeNull()
})
