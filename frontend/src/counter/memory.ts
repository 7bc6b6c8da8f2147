const USERNAME_KEY = 'yizhan.counter.username'
const COUNTER_KEY = 'yizhan.counter.counter_id'

/** Who signed in last on this computer, and where: so that a morning begins with a password only. */
export const lastUsername = (): string => localStorage.getItem(USERNAME_KEY) ?? ''
export const lastCounterId = (): string | null => localStorage.getItem(COUNTER_KEY)

export function rememberUsername(username: string): void {
  localStorage.setItem(USERNAME_KEY, username)
}

export function rememberCounter(counterId: string): void {
  localStorage.setItem(COUNTER_KEY, counterId)
}
