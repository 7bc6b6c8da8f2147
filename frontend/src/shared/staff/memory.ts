const USERNAME_KEY = 'yizhan.counter.username'

/** Who signed in last on this computer, so that a morning begins with a password only. */
export const lastUsername = (): string => localStorage.getItem(USERNAME_KEY) ?? ''

export function rememberUsername(username: string): void {
  localStorage.setItem(USERNAME_KEY, username)
}
