import type { HallName } from './api'
import { fetchHello } from './api'
import type { Place } from './link'
import { NoSuchPlace } from './link'

const DEVICE_TOKEN_KEY = 'yizhan.device_token'
const DEMO_TOKEN = 'demo'

/** There are several halls and nothing says which is meant: a person has to choose. */
export class WhichHall extends NoSuchPlace {
  readonly halls: readonly HallName[]
  constructor(halls: readonly HallName[]) {
    super()
    this.halls = halls
  }
}

/** This device speaks for nothing yet: somebody has to let it in (EN2). */
export class NotEnrolled extends NoSuchPlace {}

/** The hall of this page: `?hall=` if given, else the only one there is. */
export async function hallPlace(): Promise<Place> {
  return { hallId: hallInAddress() ?? onlyHall((await fetchHello()).halls), token: null }
}

/** The same for a device of the hall, which shows its token; everybody may in a demo hall. */
export async function devicePlace(): Promise<Place> {
  const held = storedDeviceToken()
  const asked = hallInAddress()
  if (held !== null && asked !== null) return { hallId: asked, token: held }
  const hello = await fetchHello()
  const token = held ?? (hello.demo ? DEMO_TOKEN : null)
  if (token === null) throw new NotEnrolled()
  return { hallId: asked ?? onlyHall(hello.halls), token }
}

export function storedDeviceToken(): string | null {
  return localStorage.getItem(DEVICE_TOKEN_KEY)
}

export function storeDeviceToken(token: string): void {
  localStorage.setItem(DEVICE_TOKEN_KEY, token)
}

export function forgetDeviceToken(): void {
  localStorage.removeItem(DEVICE_TOKEN_KEY)
}

export function hallInAddress(): string | null {
  return new URLSearchParams(location.search).get('hall') || null
}

/** The id of the one hall there is; throws WhichHall when there are several. */
function onlyHall(halls: readonly HallName[]): string {
  const [first, ...others] = halls
  if (first === undefined) throw new Error('no hall yet') // the link will ask again
  if (others.length > 0) throw new WhichHall(halls)
  return first.hall_id
}
