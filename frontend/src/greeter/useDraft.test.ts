import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { CARD_MS, EMPTY } from './draft'
import { type DraftState, useDraft } from './useDraft'

describe('what is chosen for a visitor', () => {
  let state: DraftState
  beforeEach(() => {
    vi.useFakeTimers()
    state = effectScope().run(useDraft) as DraftState
  })
  afterEach(() => vi.useRealTimers())

  it('forgets the card after a while, and nothing else', () => {
    state.chooseQueue('A')
    state.readCard('CAFE')
    vi.advanceTimersByTime(CARD_MS - 1)
    expect(state.draft.value.card).toBe('CAFE')
    vi.advanceTimersByTime(1)
    expect(state.draft.value).toEqual({ ...EMPTY, queueId: 'A' })
  })

  it('keeps the next visitor’s card for its own time', () => {
    state.readCard('CAFE')
    vi.advanceTimersByTime(CARD_MS - 1)
    state.clear()
    state.readCard('BEEF')
    vi.advanceTimersByTime(CARD_MS - 1)
    expect(state.draft.value.card).toBe('BEEF')
  })

  it('turns care on and off', () => {
    state.toggleCare()
    expect(state.draft.value.isCare).toBe(true)
    state.toggleCare()
    expect(state.draft.value.isCare).toBe(false)
  })
})
