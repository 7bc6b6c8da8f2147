import type { Text } from '@/wire/wire.gen'

const CASES_KEY = 'yizhan.cases'
const TICKET_KEY = 'yizhan.ticket'
const KEPT_MAX = 20

/** A case that was looked at in this browser. */
export interface BegunCase {
  readonly token: string
  readonly name: Text
  readonly number: string | null
}

/** The cases that were looked at in this browser, newest first. */
export function begunCases(): BegunCase[] {
  const kept = read(CASES_KEY)
  if (!Array.isArray(kept)) return []
  return (kept as Partial<BegunCase>[]).filter(isCase).slice(0, KEPT_MAX)
}

export function rememberCase(found: BegunCase): void {
  const cases = [found, ...begunCases().filter(({ token }) => token !== found.token)]
  localStorage.setItem(CASES_KEY, JSON.stringify(cases.slice(0, KEPT_MAX)))
}

/** The secrets of tickets that were taken in this browser. */
export function begunTickets(): string[] {
  const kept = read(TICKET_KEY) as { token?: unknown } | null
  return isSecret(kept?.token) ? [kept.token] : []
}

function isCase(kept: Partial<BegunCase> | null): kept is BegunCase {
  return isSecret(kept?.token) && typeof kept?.name?.zh === 'string'
}

function isSecret(token: unknown): token is string {
  return typeof token === 'string' && /^[\w-]{20,64}$/.test(token)
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null // somebody else's, or cut off
  }
}
