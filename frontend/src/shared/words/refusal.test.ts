import { expect, it } from 'vitest'
import { refusalKey } from './refusal'

it('tells visitors what they may be refused, and no word of the staff', () => {
  expect(refusalKey('queue_full')).toBe('refusal.queue_full')
  expect(refusalKey('returns_used_up')).toBe('refusal.returns_used_up')
  expect(refusalKey('counter_busy')).toBe('error.forbidden')
})
