import { ApiError } from '@/hub/api'
import { askEnrolment, myEnrolment, type Standing } from '@/hub/devices'

const KEY_NAME = 'yizhan.device_key'
const KEY_BYTES = 32
export const POLL_MS = 2_000

/** The key that this browser has made for the device; a fresh one is made when there is none. */
export function deviceKey(): string {
  const held = localStorage.getItem(KEY_NAME)
  if (held !== null) return held
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  localStorage.setItem(KEY_NAME, key)
  return key
}

export const forgetDeviceKey = (): void => localStorage.removeItem(KEY_NAME)

/** One round of asking: the standing once somebody let the device in, else the code to show. */
export type Round =
  | { readonly type: 'in'; readonly key: string; readonly standing: Standing }
  | { readonly type: 'code'; readonly code: string }
  | { readonly type: 'away' }

/** Ask once more; `code` is the one shown now. */
export async function askRound(code: string | null, wants: readonly string[]): Promise<Round> {
  const key = deviceKey()
  try {
    const standing = await myEnrolment(key)
    if (standing.hall_id !== null) return { type: 'in', key, standing }
    if (code !== null) return { type: 'code', code }
  } catch (error) {
    if (!isOf(error, 404)) return { type: 'away' }
  }
  try {
    return { type: 'code', code: await askEnrolment(key, wants) }
  } catch (error) {
    if (isOf(error, 409)) forgetDeviceKey() // this device was sent away: it comes as a new one
    return { type: 'away' }
  }
}

function isOf(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status
}
