import { clockOf } from '@/ops/plans/draft'
import { shortDay } from '@/shared/staff/roster/days'
import { useTellTurn } from '@/shared/staff/roster/useTellTurn'
import type { RosterWords } from '@/shared/staff/roster/words'
import { useLanguage } from '@/shared/words/i18n'
import type { Hours, Leave, RosterChange, RosterView, Turn } from '@/wire/wire.gen'

const ROLES = ['a', 'b', 'c'] as const
const clock = (minute = 0): string => clockOf(minute)

/** What somebody decided of the roster, in words. */
export function useTellChange(view: () => RosterView): (change: RosterChange) => string {
  const { t } = useLanguage<RosterWords>()
  const tell = useTellTurn(view)

  const turn = (one: Turn | null): string => (one === null ? '' : tell.turn(one))
  const persons = (staffIds: readonly string[]): string =>
    staffIds
      .map((id, n) => `${t(`roster.role.${ROLES[n] ?? 'c'}`)} ${tell.name(id)}`)
      .join(' · ') || t('roster.nobody')

  function leave(one: Leave | null): string {
    if (one === null) return ''
    const days = one.first === one.last ? one.first : `${one.first} – ${shortDay(one.last)}`
    const half = one.half === null ? t('roster.wholeDay') : t(`roster.half.${one.half}`)
    return `${tell.name(one.staff_id)} · ${days} · ${half}`
  }

  /** By their numbers, in order. */
  function windows(counterIds: readonly string[]): string {
    const named = view().counters.filter((one) => counterIds.includes(one.counter_id))
    const gone = counterIds.filter((id) => !named.some((one) => one.counter_id === id))
    return [...named.map((one) => one.no).sort((a, b) => a - b), ...gone].join(', ')
  }

  const hours = (one: Hours | null): string =>
    one === null
      ? ''
      : t('roster.change.hours_set', {
          a: clock(one.morning_begins),
          b: clock(one.morning_ends),
          c: clock(one.afternoon_begins),
          d: clock(one.afternoon_ends),
        })

  return (change) => {
    const swap = change.swap === null ? '' : tell.swap(change.swap)
    switch (change.kind) {
      case 'hours_set':
        return hours(change.hours)
      case 'week_set':
        return t('roster.change.week_set', { windows: windows(change.counter_ids) })
      case 'day_set':
        return change.persons === null
          ? t('roster.change.dayCleared', { turn: turn(change.turn) })
          : t('roster.change.day_set', {
              turn: turn(change.turn),
              persons: persons(change.persons),
            })
      case 'leave_granted':
      case 'leave_cancelled':
        return t(`roster.change.${change.kind}`, { leave: leave(change.leave) })
      case 'swap_asked':
      case 'swap_withdrawn':
        return t(`roster.change.${change.kind}`, { swap })
      case 'swap_answered':
        return t(`roster.change.${change.is_yes ? 'swapAgreed' : 'swapDeclined'}`, { swap })
      case 'swap_judged':
        return t(`roster.change.${change.is_yes ? 'swapApproved' : 'swapRejected'}`, { swap })
      default:
        return change.kind satisfies never
    }
  }
}
