import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { QueuesView, Show } from '@/wire/wire.gen'
import { RETRY_AFTER_S } from '@/wire/wire.gen'
import { FakeSocket } from './fakeSocket'
import type { Hub } from './hub'
import { ANSWER_MAX_MS, CommandError, createHub, REWATCH_AFTER_MS } from './hub'
import type { Place } from './link'
import {
  BACKOFF_FIRST_MS,
  BACKOFF_MAX_MS,
  CONNECT_MAX_MS,
  NoSuchPlace,
  PING_EVERY_MS,
  SILENCE_MAX_MS,
  SLEPT_MS,
  STEADY_MS,
  TICK_MS,
  WAKE_ANSWER_MS,
} from './link'

const PONG = { type: 'pong', at: '2026-11-23T01:00:00Z' } as const
const CALL = { type: 'call_next', counter_id: 'W01' } as const
let hub: Hub
let chance: number

function show(waiting: number, seq: number, epoch = 'e1'): Show {
  return { type: 'show', topic: 'queues', epoch, seq, view: { waiting } as unknown as QueuesView }
}

async function start(place: () => Promise<Place> = async () => ({ hallId: 'main', token: null })) {
  hub = createHub({ place })
  const seen: number[] = []
  const faults: string[] = []
  const stop = hub.watch('queues', {
    onView: (view) => void seen.push(view.waiting),
    onFault: (code) => void faults.push(code),
  })
  await vi.advanceTimersByTimeAsync(0)
  return { seen, faults, stop }
}

async function startOpen() {
  const started = await start()
  FakeSocket.last.opens()
  FakeSocket.last.says(PONG)
  return started
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.made = []
  chance = 1
  vi.spyOn(Math, 'random').mockImplementation(() => chance)
})

afterEach(() => {
  hub.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('connecting', () => {
  it('goes to the hall with the protocol and the token', async () => {
    await start(async () => ({ hallId: 'hall 1', token: 't0' }))
    expect(FakeSocket.last.url).toMatch(/^ws:\/\/[^/]+\/ws\/hall%201$/)
    expect(FakeSocket.last.protocols).toEqual(['yizhan.v1', 'bearer.t0'])
    expect(hub.hallId.value).toBe('hall 1')
  })

  it('sends no bearer without a token', async () => {
    await start()
    expect(FakeSocket.last.protocols).toEqual(['yizhan.v1'])
  })

  it('makes one socket for all topics', async () => {
    await startOpen()
    hub.watch('board:Z1', { onView: () => undefined })
    await pass(0)
    expect(FakeSocket.made).toHaveLength(1)
    expect(FakeSocket.last.sentOf('watch').map((m) => m.topic)).toEqual(['queues', 'board:Z1'])
  })

  it('asks for the place again when that failed', async () => {
    const place = vi.fn<() => Promise<Place>>()
    place.mockRejectedValueOnce(new Error('no network'))
    place.mockResolvedValue({ hallId: 'main', token: null })
    await start(place)
    expect(FakeSocket.made).toHaveLength(0)
    await pass(BACKOFF_FIRST_MS)
    expect(FakeSocket.made).toHaveLength(1)
  })

  it('gives up when there is no such place', async () => {
    await start(() => Promise.reject(new NoSuchPlace()))
    await pass(60_000)
    expect(hub.status.phase).toBe('refused')
    expect(hub.status.closeCode).toBe(4404)
  })

  it('gives up a connection that does not come up', async () => {
    await start()
    await pass(CONNECT_MAX_MS)
    expect(FakeSocket.made[0]?.isClosed).toBe(true)
    await pass(BACKOFF_FIRST_MS)
    expect(FakeSocket.made).toHaveLength(2)
  })
})

describe('coming back', () => {
  it('tries again within 300 ms and watches everything anew', async () => {
    await startOpen()
    FakeSocket.last.closes(1006)
    expect(hub.status.phase).toBe('connecting')
    await pass(BACKOFF_FIRST_MS)
    expect(FakeSocket.made).toHaveLength(2)
    FakeSocket.last.opens()
    expect(FakeSocket.last.sentOf('watch')).toEqual([{ type: 'watch', topic: 'queues' }])
  })

  it('waits longer each time, never beyond the limit', async () => {
    await start()
    const waits: number[] = []
    for (let attempt = 0; attempt < 7; attempt++) {
      const before = FakeSocket.made.length
      FakeSocket.last.closes(1006)
      let waited = 0
      while (FakeSocket.made.length === before) {
        await pass(100)
        waited += 100
      }
      waits.push(waited)
    }
    expect(waits).toEqual([300, 600, 1200, 2400, 4800, BACKOFF_MAX_MS, BACKOFF_MAX_MS])
  })

  it('spreads the tries over the whole wait', async () => {
    await start()
    chance = 0
    FakeSocket.last.closes(1006)
    await pass(0)
    expect(FakeSocket.made).toHaveLength(2)
    chance = 0.5
    FakeSocket.last.closes(1006) // the second wait is at most 600 ms
    await pass(299)
    expect(FakeSocket.made).toHaveLength(2)
    await pass(1)
    expect(FakeSocket.made).toHaveLength(3)
  })

  it('is quick again after a steady connection only', async () => {
    await startOpen()
    for (let n = 0; n < 3; n++) {
      FakeSocket.last.closes(1006)
      await pass(BACKOFF_MAX_MS)
      FakeSocket.last.opens()
    }
    const flapping = FakeSocket.made.length
    FakeSocket.last.closes(1006)
    await pass(BACKOFF_FIRST_MS)
    expect(FakeSocket.made).toHaveLength(flapping)
    await pass(BACKOFF_MAX_MS)
    FakeSocket.last.opens()
    await pass(STEADY_MS)
    FakeSocket.last.closes(1006)
    await pass(BACKOFF_FIRST_MS)
    expect(FakeSocket.made).toHaveLength(flapping + 2)
  })

  it.each([1001, 1006, 1009, 1011, 1012, 4408, 4429, 4999])('comes back after %i', async (code) => {
    await startOpen()
    FakeSocket.last.closes(code)
    await pass(BACKOFF_FIRST_MS)
    expect(FakeSocket.made).toHaveLength(2)
  })

  it.each([1000, 4401, 4403, 4404, 4409])('stays away after %i until told', async (code) => {
    await startOpen()
    FakeSocket.last.closes(code)
    await pass(60_000)
    dispatchEvent(new Event('online'))
    await pass(60_000)
    expect(FakeSocket.made).toHaveLength(1)
    expect(hub.status.phase).toBe('refused')
    expect(hub.status.closeCode).toBe(code)
    hub.reconnect()
    await pass(0)
    expect(FakeSocket.made).toHaveLength(2)
  })

  it('ignores whatever a superseded socket still says', async () => {
    const { seen } = await startOpen()
    const old = FakeSocket.last
    await pass(SILENCE_MAX_MS + BACKOFF_FIRST_MS)
    expect(old.isClosed).toBe(true)
    FakeSocket.last.opens()
    old.says(show(7, 1))
    old.closes(4401)
    expect(seen).toEqual([])
    expect(hub.status.phase).toBe('open')
    FakeSocket.last.says(show(8, 1))
    expect(seen).toEqual([8])
  })
})

describe('waking', () => {
  it('tries at once when it was waiting to', async () => {
    await startOpen()
    FakeSocket.last.closes(1006)
    dispatchEvent(new Event('online'))
    await pass(0)
    expect(FakeSocket.made).toHaveLength(2)
  })

  it('replaces a connection that does not answer in time', async () => {
    await startOpen()
    await pass(PING_EVERY_MS - 1)
    dispatchEvent(new Event('pageshow'))
    expect(FakeSocket.last.sentOf('ping')).toHaveLength(2)
    await pass(WAKE_ANSWER_MS)
    expect(FakeSocket.made).toHaveLength(2)
  })

  it('keeps a connection that answers', async () => {
    await startOpen()
    document.dispatchEvent(new Event('visibilitychange'))
    FakeSocket.last.says(PONG)
    await pass(WAKE_ANSWER_MS)
    expect(FakeSocket.made).toHaveLength(1)
  })

  it('replaces at once what was silent through a sleep', async () => {
    await startOpen()
    vi.setSystemTime(Date.now() + 3_600_000) // timers stood still
    dispatchEvent(new Event('pageshow'))
    await pass(0)
    expect(FakeSocket.made).toHaveLength(2)
  })
})

describe('sleeping', () => {
  it('is noticed by the clock alone, within a second', async () => {
    const { seen } = await startOpen()
    FakeSocket.last.says(show(1, 7))
    vi.setSystemTime(Date.now() + 60_000) // timers stood still, and no event tells
    await pass(TICK_MS)
    expect(hub.status.isStale).toBe(true)
    expect(FakeSocket.made).toHaveLength(2)
    FakeSocket.last.opens()
    FakeSocket.last.says(show(2, 3, 'e2')) // the day was brought back meanwhile
    expect(hub.status.isStale).toBe(false)
    expect(seen).toEqual([1, 2])
  })

  it('short of staleness makes sure that the connection lives', async () => {
    await startOpen()
    await pass(1)
    const pings = FakeSocket.last.sentOf('ping').length
    vi.setSystemTime(Date.now() + SLEPT_MS)
    await pass(TICK_MS)
    expect(FakeSocket.last.sentOf('ping')).toHaveLength(pings + 1)
    await pass(WAKE_ANSWER_MS)
    expect(FakeSocket.made).toHaveLength(2)
  })

  it('tries at once where the wait for the next try slept too', async () => {
    await startOpen()
    for (let n = 0; n < 6; n++) {
      FakeSocket.last.closes(1006)
      await pass(BACKOFF_MAX_MS)
    }
    FakeSocket.last.closes(1006)
    const tries = FakeSocket.made.length
    vi.setSystemTime(Date.now() + 3_600_000)
    await pass(TICK_MS)
    expect(FakeSocket.made).toHaveLength(tries + 1)
  })

  it('is no matter for a clock that is put back', async () => {
    await startOpen()
    vi.setSystemTime(Date.now() - 3_600_000)
    FakeSocket.last.says(PONG)
    await pass(TICK_MS)
    FakeSocket.last.says(PONG)
    expect(FakeSocket.made).toHaveLength(1)
    await pass(SILENCE_MAX_MS)
    expect(hub.status.isStale).toBe(true)
  })

  it('wakes a hub that says nothing into a new try each time', async () => {
    await startOpen()
    for (let n = 1; n < 4; n++) {
      await pass(SILENCE_MAX_MS + BACKOFF_MAX_MS)
      expect(FakeSocket.made.length).toBeGreaterThan(n)
      expect(hub.status.isStale).toBe(true)
      FakeSocket.last.opens() // accepts, and never answers
    }
  })
})

describe('staleness', () => {
  it('begins 10 s after the last sign of life and ends with the next', async () => {
    await startOpen()
    const heardMs = Date.now()
    await pass(SILENCE_MAX_MS - 1)
    expect(hub.status.isStale).toBe(false)
    await pass(1)
    expect(hub.status.isStale).toBe(true)
    expect(hub.status.staleSince).toBe(heardMs)
    await pass(BACKOFF_FIRST_MS)
    FakeSocket.last.opens()
    expect(hub.status.isStale).toBe(true) // an open socket proves nothing yet
    FakeSocket.last.says(PONG)
    expect(hub.status.isStale).toBe(false)
    expect(hub.status.staleSince).toBeNull()
  })

  it('is not put off by sockets that open and stay silent', async () => {
    await startOpen()
    await pass(8_000)
    FakeSocket.last.closes(1006)
    await pass(BACKOFF_FIRST_MS)
    FakeSocket.last.opens()
    await pass(SILENCE_MAX_MS - 8_000 - BACKOFF_FIRST_MS)
    expect(hub.status.isStale).toBe(true)
  })

  it('pings every 5 s and learns the hub clock', async () => {
    await startOpen()
    await pass(PING_EVERY_MS)
    expect(FakeSocket.last.sentOf('ping')).toHaveLength(2)
    FakeSocket.last.says({ type: 'pong', at: new Date(Date.now() + 90_000).toISOString() })
    expect(hub.status.clockOffset).toBe(90_000)
  })
})

describe('views', () => {
  it('never goes back within an epoch', async () => {
    const { seen } = await startOpen()
    FakeSocket.last.says(show(1, 5))
    FakeSocket.last.says(show(2, 4))
    FakeSocket.last.says(show(3, 5))
    expect(seen).toEqual([1, 3])
  })

  it('starts over with a new epoch', async () => {
    const { seen } = await startOpen()
    FakeSocket.last.says(show(1, 900))
    FakeSocket.last.says(show(2, 1, 'e2'))
    expect(seen).toEqual([1, 2])
  })

  it('shows a second watcher what is held, and unwatches with the last', async () => {
    const { stop } = await startOpen()
    FakeSocket.last.says(show(4, 1))
    const late: number[] = []
    const stopLate = hub.watch('queues', { onView: (view) => void late.push(view.waiting) })
    expect(late).toEqual([4])
    stop()
    expect(FakeSocket.last.sentOf('unwatch')).toEqual([])
    stopLate()
    expect(FakeSocket.last.sentOf('unwatch')).toEqual([{ type: 'unwatch', topic: 'queues' }])
  })

  it('tells of a topic that cannot be shown, and asks for it again', async () => {
    const { seen, faults } = await startOpen()
    const fault = { type: 'error', detail: '', id: null } as const
    FakeSocket.last.says({ ...fault, code: 'unknown_topic', topic: 'queues' })
    expect(faults).toEqual(['unknown_topic'])
    await pass(REWATCH_AFTER_MS)
    expect(FakeSocket.last.sentOf('watch')).toHaveLength(2)
    FakeSocket.last.says(show(6, 1))
    expect(seen).toEqual([6])
  })
})

describe('commands', () => {
  it('resolve with what the hub recorded or refused', async () => {
    await startOpen()
    const first = hub.do(CALL)
    const second = hub.do(CALL)
    const [a, b] = FakeSocket.last.sentOf('do')
    FakeSocket.last.says({ type: 'refused', id: b?.id ?? '', code: 'counter_busy' })
    FakeSocket.last.says({ type: 'done', id: a?.id ?? '', seq: 3, result: { number: 'A001' } })
    expect(await first).toEqual({ type: 'done', seq: 3, result: { number: 'A001' } })
    expect(await second).toEqual({ type: 'refused', code: 'counter_busy' })
  })

  it('are repeated with the same id after a reconnect (I7)', async () => {
    await startOpen()
    const outcome = hub.do(CALL)
    const sent = FakeSocket.last.sentOf('do')
    FakeSocket.last.closes(1012)
    await pass(BACKOFF_FIRST_MS)
    FakeSocket.last.opens()
    expect(FakeSocket.last.sentOf('do')).toEqual(sent)
    FakeSocket.last.says({ type: 'done', id: sent[0]?.id ?? '', seq: 1, result: {} })
    expect(await outcome).toMatchObject({ type: 'done' })
    FakeSocket.last.closes(1012)
    await pass(2 * BACKOFF_FIRST_MS)
    FakeSocket.last.opens()
    expect(FakeSocket.last.sentOf('do')).toEqual([]) // an answered one is not
  })

  it.each(['unavailable', 'hall_busy'] as const)(
    'that meet %s are repeated with the same id',
    async (code) => {
      await startOpen()
      const outcome = hub.do(CALL)
      const id = FakeSocket.last.sentOf('do')[0]?.id ?? ''
      FakeSocket.last.says({ type: 'error', code, detail: '', id, topic: null })
      const waitMs = (RETRY_AFTER_S[code] ?? 0) * 1_000 * (0.5 + Math.random())
      await pass(waitMs - 1)
      expect(FakeSocket.last.sentOf('do')).toHaveLength(1)
      await pass(1)
      expect(FakeSocket.last.sentOf('do').map((m) => m.id)).toEqual([id, id])
      FakeSocket.last.says({ type: 'done', id, seq: 1, result: {} })
      expect(await outcome).toMatchObject({ type: 'done' })
    },
  )

  it('fail as unavailable after 10 s', async () => {
    await start()
    const failure = hub.do(CALL).catch((error: unknown) => error)
    await pass(ANSWER_MAX_MS)
    expect(await failure).toEqual(new CommandError('unavailable'))
  })

  it('fail with the code of the fault', async () => {
    await startOpen()
    const failure = hub.do(CALL).catch((error: unknown) => error as CommandError)
    const id = FakeSocket.last.sentOf('do')[0]?.id ?? ''
    FakeSocket.last.says({ type: 'error', code: 'forbidden', detail: '', id, topic: null })
    expect(await failure).toMatchObject({ code: 'forbidden' })
  })
})
