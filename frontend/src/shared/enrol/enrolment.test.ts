import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askRound, deviceKey } from './enrolment'

interface Asked {
  path: string
  key: string
  body: unknown
}

/** A server that answers as told; it keeps what it was asked. */
function server(answers: Record<string, [number, object]>): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    const body = init.body === undefined ? null : JSON.parse(String(init.body))
    asked.push({ path, key: (headers.authorization ?? '').replace('Bearer ', ''), body })
    const [status, answer] = answers[path] ?? [500, {}]
    return Response.json(answer, { status })
  })
  return asked
}

const MINE = '/api/enrolments/mine'
const ASK = '/api/enrolments'
const WAITING = { hall_id: null, device_id: null, scope: null }

beforeEach(() => localStorage.clear())
afterEach(() => void vi.unstubAllGlobals())

test('device_makes_one_long_key_and_shows_its_code__EN2', async () => {
  const asked = server({
    [MINE]: [404, { code: 'unknown_code' }],
    [ASK]: [201, { code: 'A2C4EF' }],
  })
  expect(await askRound(null, ['kiosk:K1'])).toEqual({ type: 'code', code: 'A2C4EF' })
  expect(asked[1]).toEqual({ path: ASK, key: deviceKey(), body: { wants: ['kiosk:K1'] } })
  expect(deviceKey()).toMatch(/^[0-9a-f]{64}$/)
})

test('code_that_is_shown_stays_as_long_as_it_waits_and_is_replaced_when_it_has_run_out__EN2', async () => {
  const asked = server({ [MINE]: [200, WAITING], [ASK]: [201, { code: 'B2C4EF' }] })
  expect(await askRound('A2C4EF', [])).toEqual({ type: 'code', code: 'A2C4EF' })
  expect(asked.map((one) => one.path)).toEqual([MINE])
  server({ [MINE]: [404, {}], [ASK]: [201, { code: 'B2C4EF' }] })
  expect(await askRound('A2C4EF', [])).toEqual({ type: 'code', code: 'B2C4EF' })
})

test('device_that_was_let_in_is_told_its_hall__EN2', async () => {
  const standing = { hall_id: 'main', device_id: 'K1', scope: ['kiosk:K1'] }
  server({ [MINE]: [200, standing] })
  expect(await askRound('A2C4EF', [])).toEqual({ type: 'in', key: deviceKey(), standing })
})

test('device_that_was_sent_away_makes_a_fresh_key__EN2', async () => {
  const before = deviceKey()
  server({ [MINE]: [404, {}], [ASK]: [409, { code: 'key_in_use' }] })
  expect(await askRound(null, [])).toEqual({ type: 'away' })
  expect(deviceKey()).not.toBe(before)
})

test('hall_that_does_not_answer_costs_the_device_nothing__EN2', async () => {
  const before = deviceKey()
  server({ [MINE]: [503, { code: 'unavailable' }] })
  expect(await askRound('A2C4EF', [])).toEqual({ type: 'away' })
  expect(deviceKey()).toBe(before)
})
