import type { Grant } from '@/hub/accounts'
import { ApiError } from '@/hub/api'
import { troubleKey } from '@/shared/trouble'
import type { SharedWords, WordKey } from '@/shared/words/i18n'
import type { AccountsWords } from './words'

export type Role = keyof AccountsWords['accounts']['roles']

export const ROLES: readonly Role[] = [
  'clerk',
  'greeter',
  'supervisor',
  'department_manager',
  'statistics_viewer',
  'content_editor',
  'auditor',
  'administrator',
]

/** Roles that may be granted for one department; and for one queue (`core/grants.py`). */
const DEPARTMENTAL: readonly string[] = [
  'clerk',
  'department_manager',
  'statistics_viewer',
  'content_editor',
]
export const hasDepartment = (grant: Grant): boolean =>
  grant.hall_id !== null && DEPARTMENTAL.includes(grant.role)
export const hasQueue = (grant: Grant): boolean => grant.hall_id !== null && grant.role === 'clerk'

/** The grant without limits that mean nothing for it, and without empty ones. */
export const sensible = (grant: Grant): Grant => ({
  ...grant,
  department_id: hasDepartment(grant) ? grant.department_id?.trim() || null : null,
  queue_id: hasQueue(grant) ? grant.queue_id?.trim() || null : null,
})

const OWN = ['unknown_account', 'username_in_use', 'malformed'] as const

/** The words for what was not done to an account. */
export function accountsTrouble(
  error: unknown,
): `accounts.${(typeof OWN)[number]}` | WordKey<SharedWords> {
  const code = error instanceof ApiError ? error.code : null
  const own = OWN.find((known) => known === code)
  return own === undefined ? troubleKey(error) : `accounts.${own}`
}
