/** Days as `2026-11-23`, by the hall's clock. */
export interface Period {
  readonly from: string
  readonly to: string
}

export const SPANS = ['today', 'yesterday', 'week', 'month', 'year', 'any'] as const
export type SpanName = (typeof SPANS)[number]

const DAY_MS = 86_400_000

const at = (day: string): Date => new Date(`${day}T00:00:00Z`)
const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
const shifted = (day: string, days: number): string =>
  dayOf(new Date(at(day).getTime() + days * DAY_MS))

/** How many days the period has. */
export function lengthOf({ from, to }: Period): number {
  return Math.round((at(to).getTime() - at(from).getTime()) / DAY_MS) + 1
}

/** The period of that name which the day is in; a week begins on Monday. */
export function periodOf(name: Exclude<SpanName, 'any'>, day: string): Period {
  switch (name) {
    case 'today':
      return { from: day, to: day }
    case 'yesterday':
      return { from: shifted(day, -1), to: shifted(day, -1) }
    case 'week': {
      const from = shifted(day, -((at(day).getUTCDay() + 6) % 7))
      return { from, to: shifted(from, 6) }
    }
    case 'month': {
      const date = at(day)
      const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0))
      return { from: `${day.slice(0, 7)}-01`, to: dayOf(last) }
    }
    case 'year':
      return { from: `${day.slice(0, 4)}-01-01`, to: `${day.slice(0, 4)}-12-31` }
    default:
      return name satisfies never
  }
}

/** The period right before (-1) or after (1) this one, of the same kind. */
export function neighbour(name: SpanName, period: Period, step: -1 | 1): Period {
  if (name === 'month' || name === 'year' || name === 'week') {
    return periodOf(name, shifted(step < 0 ? period.from : period.to, step))
  }
  const days = step * lengthOf(period)
  return { from: shifted(period.from, days), to: shifted(period.to, days) }
}

/** Whether it can be asked for: the first day is not after the last. */
export const isSound = ({ from, to }: Period): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(from) && /^\d{4}-\d\d-\d\d$/.test(to) && from <= to && from >= '2000'
