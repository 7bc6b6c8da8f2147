import { onScopeDispose, watch } from 'vue'

/*
 * What staff have typed and not sent, by form, so that it outlives signing in again and a page
 * loaded anew.  It may be about people: it lives in this tab only, and is its owner's alone.
 */
const PREFIX = 'yizhan.draft.'
const OWNER = 'yizhan.drafts_of'

/** The tab is this person's from now on: what anybody else has typed in it goes. */
export function ownDrafts(username: string): void {
  if (sessionStorage.getItem(OWNER) !== username) dropDrafts()
  sessionStorage.setItem(OWNER, username)
}

/** Forget everything that was typed. */
export function dropDrafts(): void {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key)
}

/** What was typed into the form; parts may lack that an older page did not have. */
export function keptDraft<T extends object>(formId: string): Partial<T> | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PREFIX + formId) ?? 'null')
    return typeof kept === 'object' ? (kept as Partial<T> | null) : null
  } catch {
    return null
  }
}

/** Keep what is typed; null: it was sent, or thrown away. */
export function keepDraft(formId: string, typed: object | null): void {
  if (typed === null) {
    sessionStorage.removeItem(PREFIX + formId)
    return
  }
  try {
    sessionStorage.setItem(PREFIX + formId, JSON.stringify(typed))
  } catch {
    sessionStorage.removeItem(PREFIX + formId) // there is no room: better none than an old one
  }
}

/**
 * Give the form what was typed into it before, and keep what is typed from now on.
 *
 * `typed` is null while there is nothing to keep.  `formId` names the form and what it is about,
 * and stays.  `forget` is for a form that closes, since it was sent or thrown away.
 */
export function useKeptDraft<T extends object>(
  formId: string,
  typed: () => T | null,
  restore: (kept: Partial<T>) => void,
): { forget(): void } {
  const kept = keptDraft<T>(formId)
  if (kept !== null) restore(kept)
  const stop = watch(typed, (now) => keepDraft(formId, now), { deep: true })
  onScopeDispose(stop)
  return {
    forget() {
      stop()
      keepDraft(formId, null)
    },
  }
}
