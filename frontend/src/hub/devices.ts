import { ANSWER_MAX_MS, request } from './api'

/** A device that speaks for a part of the hall (EN1). */
export interface Device {
  device_id: string
  /** The topics of its place; null for the whole hall. */
  scope: string[] | null
  /** User name of who let it in. */
  enrolled_by: string
  enrolled_at: string
}

/** What has become of a device that asked; all null as long as it waits. */
export interface Standing {
  hall_id: string | null
  device_id: string | null
  scope: string[] | null
}

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`

export const fetchDevices = (hallId: string): Promise<Device[]> =>
  request('GET', `${root(hallId)}/devices`)

/** What the device that shows the code would speak for. */
export async function fetchWants(hallId: string, code: string): Promise<string[]> {
  const path = `${root(hallId)}/enrolments/${part(code)}`
  return (await request<{ wants: string[] }>('GET', path)).wants
}

/** Let the device in that shows the code. */
export const enrolDevice = (
  hallId: string,
  code: string,
  deviceId: string,
  scope: readonly string[],
): Promise<void> => request('POST', `${root(hallId)}/devices`, { code, device_id: deviceId, scope })

export const revokeDevice = (hallId: string, deviceId: string): Promise<void> =>
  request('DELETE', `${root(hallId)}/devices/${part(deviceId)}`)

/** The code that the device with this key is to show. */
export async function askEnrolment(key: string, wants: readonly string[]): Promise<string> {
  return (await asDevice<{ code: string }>(key, '/api/enrolments', { wants })).code
}

export const myEnrolment = (key: string): Promise<Standing> => asDevice(key, '/api/enrolments/mine')

/** As `request`, by a device that shows its key. */
const asDevice = <T>(key: string, path: string, body?: object): Promise<T> =>
  request(body ? 'POST' : 'GET', path, body, ANSWER_MAX_MS, { authorization: `Bearer ${key}` })
