import { ApiError } from '@/hub/api'
import type { SharedWords, WordKey } from './words/i18n'
import { zh } from './words/zh'

/** The words for a request that failed: what the server said, else that it did not answer. */
export function troubleKey(error: unknown): WordKey<SharedWords> {
  const code = error instanceof ApiError ? error.code : null
  if (code === 'unknown_ticket') return 'refusal.unknown_ticket'
  if (code !== null && isErrorCode(code)) return `error.${code}`
  return 'error.unavailable'
}

function isErrorCode(code: string): code is keyof SharedWords['error'] {
  return code in zh.error
}
