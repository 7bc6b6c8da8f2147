import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { NoSuchPlace } from './link'
import { devicePlace, hallPlace, WhichHall } from './place'
import { staffPlace } from './staffPlace'

const MAIN = { hall_id: 'main', name_zh: '本部', name_en: 'Main' }
const EAST = { hall_id: 'east', name_zh: '东区', name_en: 'East' }

/** What the server knows: its halls, and the hall of who is signed in (undefined: nobody is). */
function server(halls: object[], hallOfSession?: string | null): void {
  vi.stubGlobal('fetch', async (path: string) => {
    if (path === '/api/hello') return Response.json({ demo: true, version: '1', halls })
    if (hallOfSession === undefined) return Response.json({}, { status: 401 })
    return Response.json({ username: 'li', role: 'administrator', hall_id: hallOfSession })
  })
}

async function hallOf(place: Promise<{ hallId: string }>): Promise<string> {
  return (await place).hallId
}

beforeEach(() => history.replaceState(null, '', '/'))
afterEach(() => void vi.unstubAllGlobals())

it('takes the only hall there is', async () => {
  server([MAIN], null)
  expect(await hallOf(hallPlace())).toBe('main')
  expect(await hallOf(staffPlace())).toBe('main')
  expect(await devicePlace()).toEqual({ hallId: 'main', token: 'demo' })
})

it('takes the hall of the address among several', async () => {
  server([MAIN, EAST], null)
  history.replaceState(null, '', '/kiosk/K1?hall=east')
  expect(await hallOf(hallPlace())).toBe('east')
  expect(await hallOf(devicePlace())).toBe('east')
  expect(await hallOf(staffPlace())).toBe('east')
})

it('asks among several halls when nothing says which', async () => {
  server([MAIN, EAST], null)
  for (const place of [hallPlace, devicePlace, staffPlace]) {
    const error = await place().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WhichHall)
    expect((error as WhichHall).halls).toEqual([MAIN, EAST])
  }
})

it('takes staff to their own hall, whatever the address says', async () => {
  server([MAIN, EAST], 'east')
  expect(await hallOf(staffPlace())).toBe('east')
  history.replaceState(null, '', '/counter?hall=main')
  expect(await hallOf(staffPlace())).toBe('east')
})

it('lets staff sign in before it asks for the hall', async () => {
  server([MAIN, EAST])
  const error = await staffPlace().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(NoSuchPlace)
  expect(error).not.toBeInstanceOf(WhichHall)
})

it('waits for the first hall', async () => {
  server([])
  const error = await hallPlace().catch((thrown: unknown) => thrown)
  expect(error).not.toBeInstanceOf(NoSuchPlace)
})
