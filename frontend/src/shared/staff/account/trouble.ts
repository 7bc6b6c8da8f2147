import { ApiError } from '@/hub/api'
import { troubleKey } from '@/shared/trouble'
import type { SharedWords, WordKey } from '@/shared/words/i18n'

const OWN = [
  'wrong_credentials',
  'wrong_code',
  'code_needed',
  'weak_password',
  'locked',
  'unknown_session',
] as const
type OwnCode = (typeof OWN)[number]

/** The words for why something about the own account was not done. */
export function accountTrouble(error: unknown): `account.${OwnCode}` | WordKey<SharedWords> {
  const code = error instanceof ApiError ? error.code : null
  const own = OWN.find((known) => known === code)
  return own === undefined ? troubleKey(error) : `account.${own}`
}
