import { beforeEach, expect, test } from 'vitest'
import { draftOf, forgetBooking, keepDraft, myBookings, rememberBooking } from './memory'

const NOW = Date.parse('2026-11-23T01:00:00Z')
const SOON = { token: 'soon', slotAt: '2026-11-24T01:00:00Z' }
const LATER = { token: 'later', slotAt: '2026-11-26T01:00:00Z' }

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

test('bookings_of_this_phone_are_listed_until_a_day_after_their_hour', () => {
  rememberBooking(LATER)
  rememberBooking({ ...SOON, slotAt: '2026-11-25T01:00:00Z' })
  rememberBooking(SOON) // changed
  expect(myBookings(NOW)).toEqual([SOON, LATER])
  expect(myBookings(NOW + 49 * 3600_000)).toEqual([LATER])
  forgetBooking('later')
  expect(myBookings(NOW)).toEqual([SOON])
})

test('what_cannot_be_read_is_no_booking', () => {
  localStorage.setItem('yizhan.bookings', '[{"token":')
  expect(myBookings(NOW)).toEqual([])
})

test('draft_is_kept_until_it_is_emptied', () => {
  expect(draftOf('a')).toBe('')
  keepDraft('a', 'DEMO0001')
  expect(draftOf('a')).toBe('DEMO0001')
  keepDraft('a', '')
  expect(draftOf('a')).toBe('')
})
