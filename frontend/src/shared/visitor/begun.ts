const CASES_KEY = 'yizhan.cases'
const TICKET_KEY = 'yizhan.ticket'
const KEPT_MAX = 20

/** The secrets of cases that were looked at in this browser, newest first. */
export function begunCases(): string[] {
  const kept = read(CASES_KEY)
  return Array.isArray(kept) ? kept.filter(isSecret).slice(0, KEPT_MAX) : []
}

export function rememberCase(token: string): void {
  const cases = [token, ...begunCases().filter((kept) => kept !== token)].slice(0, KEPT_MAX)
  localStorage.setItem(CASES_KEY, JSON.stringify(cases))
}

/** The secrets of tickets that were taken in this browser. */
export function begunTickets(): string[] {
  const kept = read(TICKET_KEY) as { token?: unknown } | null
  return isSecret(kept?.token) ? [kept.token] : []
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
