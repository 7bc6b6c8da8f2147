import { expect, test } from 'vitest'
import type { QueueStanding } from '@/wire/wire.gen'
import { outlookOf, stopOf } from './stop'

const STANDING: QueueStanding = {
  queue_id: 'A',
  name: { zh: '甲', en: 'A' },
  zone_id: 'Z1',
  letter: 'A',
  waiting: 3,
  open_counters: 1,
  wait_min_s: 0,
  wait_max_s: 900,
  stop: null,
  is_full: false,
}

test('queue_that_gives_numbers_tells_the_wait__WT2', () => {
  expect(stopOf(STANDING)).toBeNull()
  expect(outlookOf(STANDING)).toEqual({ key: 'wait.under', values: { max: 15 } })
})

test('queue_that_gives_none_tells_why_and_no_wait__TK5', () => {
  expect(outlookOf({ ...STANDING, stop: 'closing' }).key).toBe('stop.closing')
  expect(outlookOf({ ...STANDING, is_full: true }).key).toBe('stop.full')
  expect(stopOf({ ...STANDING, is_full: true, stop: 'staff' })).toBe('staff')
})
