import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, readonly, ref, shallowReadonly, shallowRef, watch } from 'vue'
import { ApiError, type Session } from '@/hub/api'
import type { Hub } from '@/hub/hub'
import { fetchSession, keepSession, signOut } from '@/hub/staff'
import { dropDrafts, ownDrafts } from './drafts'
import { rememberUsername } from './memory'

/** How soon the server is asked again who is signed in, when it did not answer. */
export const ASK_AGAIN_MS = 2_000

/** How often the server is told at most that somebody is at the page (AC2). */
export const KEEP_EVERY_MS = 60_000

export interface SessionState {
  /** Whether it is known yet who is signed in. */
  readonly isKnown: Readonly<Ref<boolean>>
  /** Whose page it is; null for nobody's. */
  readonly session: Readonly<ShallowRef<Session | null>>
  /** Whether that person's session ran out, so that they have to sign in again, over the page. */
  readonly isExpired: Readonly<Ref<boolean>>
  begin(who: Session): void
  expire(): void
  leave(): Promise<void>
}

/** Who of the staff uses this page; a page loaded anew finds its session again. */
export function useSession(hub: Hub): SessionState {
  const isKnown = ref(false)
  const session = shallowRef<Session | null>(null)
  const isExpired = ref(false)
  let askTimer: ReturnType<typeof setTimeout> | undefined
  let keptAt = 0
  /** Who was signed in last since the page was loaded. */
  let lastHere: string | null = null

  async function ask(): Promise<void> {
    try {
      session.value = await fetchSession()
      if (session.value !== null) {
        lastHere = session.value.username
        ownDrafts(lastHere)
      }
      isKnown.value = true
    } catch {
      askTimer = setTimeout(() => void ask(), ASK_AGAIN_MS)
    }
  }

  function begin(who: Session): void {
    ownDrafts(who.username)
    const isSomebodyElse = lastHere !== null && lastHere !== who.username
    lastHere = who.username
    if (isSomebodyElse) {
      rememberUsername(who.username)
      location.reload() // the page knows what the other one was doing, in many places
      return
    }
    session.value = who
    isExpired.value = false
    keptAt = performance.now()
    rememberUsername(who.username)
    hub.reconnect() // the connection knows us by the cookie it was opened with
  }

  function expire(): void {
    isExpired.value = session.value !== null
  }

  async function leave(): Promise<void> {
    try {
      await signOut()
    } catch {
      // The cookie is beyond our reach; the sign-in form is still the right place.
    }
    session.value = null
    dropDrafts()
    hub.reconnect()
  }

  /** Hands at the page keep the session; what merely changes on the screen does not. */
  function keep(): void {
    const now = performance.now()
    if (session.value === null || isExpired.value || now - keptAt < KEEP_EVERY_MS) return
    keptAt = now
    keepSession().catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) expire()
    })
  }
  const hands = ['pointerdown', 'keydown'] as const
  for (const hand of hands) addEventListener(hand, keep, { passive: true })
  onScopeDispose(() => {
    for (const hand of hands) removeEventListener(hand, keep)
  })

  watch(
    () => hub.status.closeCode,
    (code) => {
      if (session.value !== null && (code === 4401 || code === 4403)) expire()
    },
  )
  void ask()
  onScopeDispose(() => clearTimeout(askTimer))
  return {
    isKnown: readonly(isKnown),
    session: shallowReadonly(session),
    isExpired: readonly(isExpired),
    begin,
    expire,
    leave,
  }
}
