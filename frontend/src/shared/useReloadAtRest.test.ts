import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, shallowReactive } from 'vue'
import type { Hub } from '@/hub/hub'
import { ASK_WITHIN_MS } from '@/hub/useOutdated'
import { RELOAD_AGAIN_MS, REST_MS, useReloadAtRest } from './useReloadAtRest'

const OURS = '/assets/board-OLD.js'
const HUB = { status: { phase: 'open' } } as unknown as Hub

beforeEach(() => void vi.useFakeTimers())

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  sessionStorage.clear()
})

it('loads anew at rest alone, and not again for a while', async () => {
  const reload = vi.fn()
  vi.stubGlobal('location', { pathname: '/board/Z1', reload })
  const state = shallowReactive({ isAtRest: false })
  vi.stubGlobal('fetch', async () => new Response('<script src="/assets/board-NEW.js"></script>'))
  let scope = effectScope()
  const screen = () => scope.run(() => useReloadAtRest(HUB, () => state.isAtRest, [OURS]))
  screen()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS + REST_MS)
  expect(reload).not.toHaveBeenCalled()
  state.isAtRest = true
  await vi.advanceTimersByTimeAsync(REST_MS - 1)
  state.isAtRest = false // a visitor came
  await vi.advanceTimersByTimeAsync(REST_MS)
  expect(reload).not.toHaveBeenCalled()
  state.isAtRest = true
  await vi.advanceTimersByTimeAsync(REST_MS)
  expect(reload).toHaveBeenCalledTimes(1)
  scope.stop()

  scope = effectScope() // the page loaded anew, from a server that is still the old one
  screen()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS + REST_MS)
  expect(reload).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(RELOAD_AGAIN_MS)
  expect(reload).toHaveBeenCalledTimes(2)
  scope.stop()
})
