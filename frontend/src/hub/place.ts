import { fetchHello } from './api'
import type { Place } from './link'

const DEVICE_TOKEN_KEY = 'yizhan.device_token'
const DEMO_TOKEN = 'demo'

/** The hall of this page: `?hall=` if given, else the first there is. */
export async function hallPlace(): Promise<Place> {
  return { hallId: hallInAddress() ?? (await firstHall()), token: null }
}

/** The same for a device of the hall, which shows its token; everybody may in a demo hall. */
export async function devicePlace(): Promise<Place> {
  const held = storedDeviceToken()
  const asked = hallInAddress()
  if (held !== null && asked !== null) return { hallId: asked, token: held }
  const hello = await fetchHello()
  const hallId = asked ?? hello.halls[0]?.hall_id
  if (hallId === undefined) throw new Error('no hall yet')
  return { hallId, token: held ?? (hello.demo ? DEMO_TOKEN : null) }
}

export function storedDeviceToken(): string | null {
  return localStorage.getItem(DEVICE_TOKEN_KEY)
}

export function storeDeviceToken(token: string): void {
  localStorage.setItem(DEVICE_TOKEN_KEY, token)
}

export function hallInAddress(): string | null {
  return new URLSearchParams(location.search).get('hall')
}

async function firstHall(): Promise<string> {
  const hall = (await fetchHello()).halls[0]
  if (!hall) throw new Error('no hall yet') // the link will ask again
  return hall.hall_id
}
