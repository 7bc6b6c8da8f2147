import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { type EffectScope, effectScope, nextTick, ref, shallowRef } from 'vue'
import { ApiError } from '@/hub/api'
import type { Hub } from '@/hub/hub'
import * as staff from '@/hub/staff'
import type { FoundTicket } from '@/wire/wire.gen'
import { foundOf } from './fixtures'
import { type Finder, RENEW_MS, useFinder } from './useFinder'

const hub = { hallId: shallowRef('main') } as unknown as Hub
const A23 = foundOf()
const B23 = foundOf({ ticket_id: '20261123-B023', number: 'B023' })

describe('the search for a ticket', () => {
  const changes = ref(0)
  const onExpired = vi.fn()
  let finder: Finder
  let scope: EffectScope
  let answer: MockInstance<typeof staff.findTickets>
  const answered = (...tickets: FoundTicket[]) => answer.mockResolvedValueOnce({ tickets })

  beforeEach(() => {
    vi.useFakeTimers()
    answer = vi.spyOn(staff, 'findTickets')
    onExpired.mockReset()
    scope = effectScope()
    finder = scope.run(() => useFinder(hub, () => changes.value, onExpired)) as Finder
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  it('looks at the only ticket that was meant', async () => {
    answered(A23)
    await finder.find({ number: 'a23' })
    expect(finder.selected.value).toEqual(A23)
  })

  it('lets the greeter choose among several', async () => {
    answered(A23, B23)
    await finder.find({ number: '23' })
    expect(finder.selected.value).toBeNull()
    finder.select(B23.ticket.ticket_id)
    expect(finder.selected.value).toEqual(B23)
  })

  it('shows that nothing was found', async () => {
    answered()
    await finder.find({ card: 'CAFE' })
    expect(finder.found.value).toEqual([])
  })

  it('forgets an answer that comes after another question', async () => {
    let settle: (found: { tickets: FoundTicket[] }) => void = () => {}
    answer.mockReturnValueOnce(new Promise((resolve) => (settle = resolve)))
    const first = finder.find({ number: '1' })
    answered(B23)
    await finder.find({ number: 'B23' })
    settle({ tickets: [A23] })
    await first
    expect(finder.selected.value).toEqual(B23)
    expect(finder.isPending.value).toBe(false)
  })

  it('looks again when something changed, once for many changes', async () => {
    answered(A23)
    await finder.find({ number: 'A23' })
    answered(foundOf({ state: 'called', counter_no: 3 }))
    for (let n = 0; n < 5; n++) {
      changes.value += 1
      await nextTick()
    }
    await vi.advanceTimersByTimeAsync(RENEW_MS)
    expect(finder.selected.value?.ticket.state).toBe('called')
    expect(answer).toHaveBeenCalledTimes(2)
  })

  it('says what to do when it fails, and who is not signed in any more', async () => {
    answer.mockRejectedValueOnce(new ApiError(429, 'too_many_requests'))
    await finder.find({ number: '1' })
    expect(finder.failure.value).toBe('error.too_many_requests')
    answer.mockRejectedValueOnce(new ApiError(0, null))
    await finder.find({ number: '1' })
    expect(finder.failure.value).toBe('error.unavailable')
    expect(onExpired).not.toHaveBeenCalled()
    answer.mockRejectedValueOnce(new ApiError(401, 'unauthenticated'))
    await finder.find({ number: '1' })
    expect(onExpired).toHaveBeenCalledOnce()
  })
})
