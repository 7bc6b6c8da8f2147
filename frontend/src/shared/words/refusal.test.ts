import { expect, it } from 'vitest'
import { intakeKey } from './intake'
import { refusalKey } from './refusal'

it('tells visitors what they may be refused, and no word of the staff', () => {
  expect(intakeKey('queue_full')).toBe('refusal.queue_full')
  expect(intakeKey('returns_used_up')).toBe('refusal.returns_used_up')
  expect(intakeKey('counter_busy')).toBe('error.forbidden')
})

it('tells who follows a number no word of taking one', () => {
  expect(refusalKey('returns_used_up')).toBe('refusal.returns_used_up')
  expect(refusalKey('queue_full')).toBe('error.forbidden')
})
