const MINE_KEY = 'yizhan.bookings'
const MINE_MAX = 10

/** A booking made on this phone. */
export interface Mine {
  readonly token: string
  /** When its half hour begins. */
  readonly slotAt: string
}

/** The bookings made on this phone that are not long over, earliest first. */
export function myBookings(now: number): Mine[] {
  const day = 24 * 3600_000
  return stored().filter(({ slotAt }) => Date.parse(slotAt) > now - day)
}

export function rememberBooking(mine: Mine): void {
  const others = stored().filter(({ token }) => token !== mine.token)
  const found = [...others, mine].sort((a, b) => a.slotAt.localeCompare(b.slotAt))
  localStorage.setItem(MINE_KEY, JSON.stringify(found.slice(-MINE_MAX)))
}

export function forgetBooking(gone: string): void {
  localStorage.setItem(MINE_KEY, JSON.stringify(stored().filter(({ token }) => token !== gone)))
}

function stored(): Mine[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(MINE_KEY) ?? '[]')
    return Array.isArray(kept) ? (kept as Mine[]) : []
  } catch {
    return [] // somebody else's, or cut off
  }
}

/** The form of who comes, for a place that is held. */
export const formOf = (token: string): string => `book.${token}`

/** What was typed into a form and not sent yet, as long as the tab is there. */
export function draftOf(form: string): string {
  return sessionStorage.getItem(`yizhan.draft.${form}`) ?? ''
}

export function keepDraft(form: string, typed: string): void {
  if (typed === '') sessionStorage.removeItem(`yizhan.draft.${form}`)
  else sessionStorage.setItem(`yizhan.draft.${form}`, typed)
}
