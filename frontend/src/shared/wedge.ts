/** A reader that types like a keyboard sends a card's number and Enter within this time. */
export const WEDGE_MS = 300
/** Readers send their keys closer together than this on average, and nobody types so fast. */
export const READER_KEY_MS = 50
/** Keys closer together than this go on with the burst before them. */
export const BURST_MS = 100
export const UID_MIN = 4
export const UID_MAX = 64

/** Keys that are told although they are no characters. */
const NAMED = new Set(['Enter', 'Escape', 'Backspace'])

export interface WedgeEars {
  /** A card's number, as it was sent. */
  card(uid: string): void
  /** A key that a person pressed; told once it cannot belong to a card any more. */
  key(key: string): void
  /** A card was there, but what came is no number. */
  unreadable(): void
}

export interface Wedge {
  /**
   * Take a key pressed at `at` (ms).  True when a reader sent it for certain: the caller must then
   * keep the key from whatever has the focus.
   */
  press(key: string, at: number): boolean
  /** Whether nothing is held back: the next key begins something new. */
  isIdle(): boolean
  stop(): void
}

/**
 * Tell a card reader from a person typing.
 *
 * A letter may be the first of a card's number or somebody's choice of a queue, so every key is
 * held back for `WEDGE_MS`; a longer burst is a misread card and is dropped to its end.  Keys that
 * come slower than any reader's are a person's, however many they are.
 */
export function createWedge(ears: WedgeEars): Wedge {
  let held = ''
  let since = 0
  let last = Number.NEGATIVE_INFINITY
  let lastHeld = 0
  let isNoise = false
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Whether a reader sent what is held. */
  function isSent(): boolean {
    return held.length >= UID_MIN && lastHeld - since < READER_KEY_MS * (held.length - 1)
  }

  function release(): void {
    clearTimeout(timer)
    isNoise = isSent()
    const keys = held
    held = ''
    if (isNoise) ears.unreadable()
    else for (const key of keys) ears.key(key)
  }

  function end(): boolean {
    const uid = held
    const isCard = isSent() && uid.length <= UID_MAX
    if (isCard) held = ''
    release()
    if (isCard) ears.card(uid)
    else if (!isNoise) ears.key('Enter')
    const isTaken = isCard || isNoise
    isNoise = false
    return isTaken
  }

  function press(key: string, at: number): boolean {
    if (key.length > 1 && !NAMED.has(key)) return false
    if (held !== '' && at - since > WEDGE_MS) release()
    isNoise &&= at - last < BURST_MS
    const isBurst = at - last < BURST_MS
    last = at
    if (isNoise) {
      isNoise = key !== 'Enter'
      return true
    }
    if (key === 'Enter') return end()
    const isPart = /^[0-9A-Za-z]$/.test(key) || (held !== '' && isBurst && /^[ :-]$/.test(key))
    if (!isPart) {
      release()
      ears.key(key)
      return false
    }
    if (held === '') {
      since = at
      timer = setTimeout(release, WEDGE_MS + 1)
    }
    lastHeld = at
    if (held.length <= UID_MAX) held += key
    return key === ' '
  }

  return { press, isIdle: () => held === '' && !isNoise, stop: () => clearTimeout(timer) }
}
