/** A reader that types like a keyboard sends a card's number and Enter within this time. */
export const WEDGE_MS = 300
/** Keys closer together than this go on with the burst before them. */
export const BURST_MS = 100
export const UID_MIN = 4
export const UID_MAX = 64

export interface Wedge {
  /**
   * Take a key pressed at `at` (ms).  True when it ended what a reader sent: the caller must then
   * keep the key from whatever has the focus.
   */
  press(key: string, at: number): boolean
  stop(): void
}

/**
 * Tell a card reader from a person typing.
 *
 * A letter may be the first of a card's number or somebody's choice of a queue, so every key is
 * held back for `WEDGE_MS`; a longer burst is a misread card and is dropped to its end.
 */
export function createWedge(onCard: (uid: string) => void, onKey: (key: string) => void): Wedge {
  let held = ''
  let since = 0
  let last = Number.NEGATIVE_INFINITY
  let isNoise = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function release(): void {
    clearTimeout(timer)
    const keys = held
    held = ''
    isNoise = keys.length >= UID_MIN
    if (!isNoise) for (const key of keys) onKey(key)
  }

  function end(): boolean {
    const uid = held
    const isCard = uid.length >= UID_MIN && uid.length <= UID_MAX
    if (isCard) held = ''
    release()
    if (isCard) onCard(uid)
    else if (!isNoise) onKey('Enter')
    const isTaken = isCard || isNoise
    isNoise = false
    return isTaken
  }

  function press(key: string, at: number): boolean {
    // Readers hold Shift for capital letters; such keys are no part of what is typed.
    if (key.length > 1 && key !== 'Enter' && key !== 'Escape') return false
    if (held !== '' && at - since > WEDGE_MS) release()
    isNoise &&= at - last < BURST_MS
    last = at
    if (isNoise) {
      isNoise = key !== 'Enter'
      return key === 'Enter'
    }
    if (key === 'Enter') return end()
    if (!/^[0-9A-Za-z]$/.test(key)) {
      release()
      onKey(key)
      return false
    }
    if (held === '') {
      since = at
      timer = setTimeout(release, WEDGE_MS + 1)
    }
    if (held.length <= UID_MAX) held += key
    return false
  }

  return { press, stop: () => clearTimeout(timer) }
}
