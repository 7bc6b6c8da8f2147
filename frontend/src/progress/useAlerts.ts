import { watch } from 'vue'
import type { LanguageState } from '@/shared/words/i18n'
import type { TicketView } from '@/wire/wire.gen'
import type { Words } from './words'

/** From here on the visitor should be near the counters. */
export const NEAR_AHEAD = 2
/** Where it is remembered how the visitor wants to be told besides. */
export const REMINDERS_KEY = 'yizhan.reminders'

export type News = 'called' | 'near'
export const PATTERNS_MS = { called: [500, 150, 500, 150, 500], near: [250, 120, 250] } as const

/** Tell when the ticket is called, called again, or nearly called; not for how it was found. */
export function useAlerts(view: () => TicketView | null, words: LanguageState<Words>): void {
  const reminders = () => localStorage.getItem(REMINDERS_KEY) && import('./reminders')
  void reminders() // here before it is needed, when the network may be away
  watch(view, async (next, last) => {
    if (!next || !last) return
    const news = newsOf(next, last)
    if (!news) return
    if ('vibrate' in navigator) navigator.vibrate([...PATTERNS_MS[news]]) // not on iPhones
    const told = await reminders()
    if (told) told.remind(news, next, words)
  })
}

/** Whether the ticket waits and is about to be called. */
export function isNear(view: TicketView): boolean {
  return view.state === 'waiting' && view.ahead !== null && view.ahead <= NEAR_AHEAD
}

function newsOf(next: TicketView, last: TicketView): News | null {
  if (next.state === 'called' && (last.state !== 'called' || next.recalls > last.recalls))
    return 'called'
  return isNear(next) && !isNear(last) && last.state === 'waiting' ? 'near' : null
}
