import { expect, it } from 'vitest'
import { ApiError } from '@/hub/api'
import { troubleKey } from './trouble'

it.each([
  [new ApiError(404, 'unknown_ticket'), 'refusal.unknown_ticket'],
  [new ApiError(404, 'unknown_day'), 'error.unknown_day'],
  [new ApiError(429, 'too_many_requests'), 'error.too_many_requests'],
  [new ApiError(500, 'something_new'), 'error.unavailable'],
  [new ApiError(502, null), 'error.unavailable'],
  [new TypeError('offline'), 'error.unavailable'],
] as const)('%s is told as %s', (error, key) => {
  expect(troubleKey(error)).toBe(key)
})
