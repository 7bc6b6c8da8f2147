import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope, nextTick, shallowReactive } from 'vue'
import type { Hub, HubStatus } from './hub'
import { ASK_EVERY_MS, ASK_WITHIN_MS, useOutdated } from './useOutdated'

const OURS = '/assets/board-OLD.js'
const page = (part: string) => `<!doctype html><script type="module" src="${part}"></script>`

let served: string | null
let asked: number
let scope: EffectScope
let status: { phase: HubStatus['phase'] }

function start() {
  status = shallowReactive({ phase: 'open' as HubStatus['phase'] })
  const hub = { status } as unknown as Hub
  const isOutdated = scope.run(() => useOutdated(hub, [OURS]))
  if (!isOutdated) throw new Error('no scope')
  return isOutdated
}

async function reconnect() {
  status.phase = 'connecting'
  await nextTick()
  status.phase = 'open'
  await nextTick()
}

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  served = page(OURS)
  asked = 0
  vi.stubGlobal('fetch', async () => {
    asked += 1
    if (served === null) throw new TypeError('no network')
    return new Response(served)
  })
})

afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  sessionStorage.clear()
})

it('is current while the server has the same page', async () => {
  const isOutdated = start()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  expect(asked).toBe(1)
  expect(isOutdated.value).toBe(false)
})

it('is outdated once it is connected again to a server with another page', async () => {
  const isOutdated = start()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  served = page('/assets/board-NEW.js')
  await reconnect()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  expect(isOutdated.value).toBe(true)
})

it('finds out later when a server of before has answered first', async () => {
  const isOutdated = start()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  served = page('/assets/board-NEW.js')
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS)
  expect(isOutdated.value).toBe(true)
})

it('takes no answer for none, and asks again', async () => {
  served = null
  const isOutdated = start()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  expect(isOutdated.value).toBe(false)
  served = page('/assets/board-NEW.js')
  await reconnect()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  expect(isOutdated.value).toBe(true)
})

it('asks at once when a part of the page is gone, and never after its end', async () => {
  start()
  await vi.advanceTimersByTimeAsync(ASK_WITHIN_MS)
  dispatchEvent(new Event('vite:preloadError'))
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toBe(2)
  scope.stop()
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS)
  expect(asked).toBe(2)
})
