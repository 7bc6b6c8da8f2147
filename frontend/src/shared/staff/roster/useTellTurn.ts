import { useLanguage } from '@/shared/words/i18n'
import type { RosterView, Swap, Turn } from '@/wire/wire.gen'
import { shortDay, weekdayKey } from './days'
import type { RosterWords } from './words'

export interface TellTurn {
  /** `一` or `Mon`. */
  weekday(day: string): string
  /** A person's name; the user name of one who is gone. */
  name(staffId: string): string
  turn(turn: Turn): string
  swap(swap: Swap): string
}

/** Turns, people and swaps of a roster in words. */
export function useTellTurn(view: () => RosterView | null): TellTurn {
  const { t, say } = useLanguage<RosterWords>()
  const weekday = (day: string): string => t(`roster.weekday.${weekdayKey(day)}`)
  function name(staffId: string): string {
    const found = view()?.staff.find((person) => person.staff_id === staffId)
    return found ? say(found.name) : staffId
  }
  function turn(one: Turn): string {
    const no = view()?.counters.find((counter) => counter.counter_id === one.counter_id)?.no
    return t('roster.turn', {
      date: shortDay(one.day),
      weekday: weekday(one.day),
      half: t(`roster.half.${one.half}`),
      no: no ?? one.counter_id,
    })
  }
  function swap(one: Swap): string {
    const asked = t('roster.swapFor', {
      asker: name(one.asker_id),
      other: name(one.other_id),
      turn: turn(one.turn),
    })
    const back = one.in_return
    return back === null ? asked : asked + t('roster.swapInReturn', { turn: turn(back) })
  }
  return { weekday, name, turn, swap }
}
