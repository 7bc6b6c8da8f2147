import { ApiError } from '@/hub/api'
import { troubleKey } from '@/shared/trouble'
import type { SharedWords, WordKey } from '@/shared/words/i18n'
import { type DeviceWords, deviceWords } from './words'

type OwnCode = 'unknown_code' | 'device_in_use' | 'unknown_device'

/** The words for what the hall would not do about a device. */
export function failureKey(error: unknown): `devices.${OwnCode}` | WordKey<SharedWords> {
  const code = error instanceof ApiError ? error.code : null
  return code !== null && isOwn(code) ? `devices.${code}` : troubleKey(error)
}

function isOwn(code: string): code is OwnCode {
  const own: DeviceWords['devices'] = deviceWords.zh.devices
  return code.includes('_') && code in own
}
