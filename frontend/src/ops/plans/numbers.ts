import type { RuleNumber } from './draft'

/** What a number counts; minutes are kept as seconds. */
export type Unit = 'times' | 'tickets' | 'people' | 'seconds' | 'minutes' | 'days' | 'percent'
export type NumberGroup = 'calling' | 'order' | 'missing' | 'limits' | 'appointments' | 'alerts'

/** Where each number stands, the id of its rule (RULES.md) and its unit. */
export const NUMBER_FACTS: Readonly<
  Record<RuleNumber, { group: NumberGroup; rule: string; unit: Unit }>
> = {
  recalls_max: { group: 'calling', rule: 'CL6', unit: 'times' },
  recall_gap_s: { group: 'calling', rule: 'CL6', unit: 'seconds' },
  undo_s: { group: 'calling', rule: 'CL9', unit: 'seconds' },
  care_run_max: { group: 'order', rule: 'CL2', unit: 'tickets' },
  booked_run_max: { group: 'order', rule: 'CL2', unit: 'tickets' },
  ordinary_first_after_s: { group: 'order', rule: 'CL3', unit: 'minutes' },
  return_places: { group: 'missing', rule: 'PS2', unit: 'people' },
  returns_max: { group: 'missing', rule: 'PS2', unit: 'times' },
  passed_expires_s: { group: 'missing', rule: 'PS3', unit: 'minutes' },
  delay_places: { group: 'missing', rule: 'TK6', unit: 'people' },
  tickets_per_queue_max: { group: 'limits', rule: 'TK4', unit: 'tickets' },
  tickets_live_max: { group: 'limits', rule: 'TK4', unit: 'tickets' },
  tickets_day_max: { group: 'limits', rule: 'TK4', unit: 'tickets' },
  kiosk_gap_s: { group: 'limits', rule: 'TK4', unit: 'seconds' },
  issuing_stops_s: { group: 'limits', rule: 'TK5', unit: 'minutes' },
  day_opens_s: { group: 'limits', rule: 'DY1', unit: 'minutes' },
  check_in_early_s: { group: 'appointments', rule: 'AP2', unit: 'minutes' },
  check_in_late_s: { group: 'appointments', rule: 'AP2', unit: 'minutes' },
  book_days_min: { group: 'appointments', rule: 'AP1', unit: 'days' },
  book_days_max: { group: 'appointments', rule: 'AP1', unit: 'days' },
  book_share_pct: { group: 'appointments', rule: 'AP1', unit: 'percent' },
  book_cancel_s: { group: 'appointments', rule: 'AP1', unit: 'minutes' },
  no_shows_max: { group: 'appointments', rule: 'AP3', unit: 'times' },
  no_show_days: { group: 'appointments', rule: 'AP3', unit: 'days' },
  no_show_again_days: { group: 'appointments', rule: 'AP3', unit: 'days' },
  alert_waiting: { group: 'alerts', rule: 'AL1', unit: 'people' },
  alert_wait_s: { group: 'alerts', rule: 'AL1', unit: 'minutes' },
  alert_oldest_s: { group: 'alerts', rule: 'AL1', unit: 'minutes' },
  alert_idle_s: { group: 'alerts', rule: 'AL1', unit: 'seconds' },
  stand_in_after_s: { group: 'alerts', rule: 'SH1', unit: 'minutes' },
  alert_pause_s: { group: 'alerts', rule: 'CO1', unit: 'minutes' },
}

export const GROUPS: readonly NumberGroup[] = [
  'calling',
  'order',
  'missing',
  'limits',
  'appointments',
  'alerts',
]

/** How many of the kept unit one shown unit is. */
export const scaleOf = (unit: Unit): number => (unit === 'minutes' ? 60 : 1)
