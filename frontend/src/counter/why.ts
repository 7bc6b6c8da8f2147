import { secondsUntil } from '@/shared/duration'
import type { Values } from '@/shared/words/i18n'
import type { CounterView } from '@/wire/wire.gen'
import type { Obstacle } from './actions'

/** The numbers in the words for an obstacle, as they stand now. */
export function whyValues(obstacle: Obstacle, view: CounterView, now: number): Values {
  if (view.ticket === null) return {}
  if (obstacle === 'recall_too_soon') return { n: secondsUntil(view.ticket.recall_from, now) }
  if (obstacle === 'recall_first') return { n: view.ticket.recalls_left }
  return {}
}
