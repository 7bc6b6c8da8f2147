const KEY = 'yizhan.consultations'
const KEPT_MAX = 5

/** A consultation that was begun on this device. */
export interface Begun {
  readonly token: string
  readonly words: string
}

/** Those begun on this device, newest first. */
export function begun(): Begun[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? found.slice(0, KEPT_MAX) : []
  } catch {
    return []
  }
}

/** Find it again without its address. */
export function remember(token: string, words: string): void {
  const others = begun().filter((one) => one.token !== token)
  const kept = [{ token, words: words.slice(0, 40) }, ...others].slice(0, KEPT_MAX)
  localStorage.setItem(KEY, JSON.stringify(kept))
}
