import type { DayOutcome, ReplayReport, TicketClass, Waits } from '@/wire/wire.gen'

export type Measure = 'mean_s' | 'p90_s' | 'max_s'
export const MEASURES: readonly Measure[] = ['mean_s', 'p90_s', 'max_s']

/** The waits of all, of a class or of a queue, before and after; undefined where nobody waited. */
export interface WaitRow {
  readonly queueId: string | null
  readonly ticketClass: TicketClass | null
  readonly before: Waits | undefined
  readonly after: Waits | undefined
}

export const FIGURES = [
  'taken',
  'turned_away',
  'done',
  'passes',
  'abandoned',
  'cancelled',
  'expired',
  'unfinished',
  'overtakers',
  'overtaken_max',
  'idle_s',
] as const
export type Figure = (typeof FIGURES)[number]

/** Both outcomes are of the same model when something was tried; else the record stands first. */
export function pairOf(report: ReplayReport): { before: DayOutcome; after: DayOutcome } {
  if (report.tried) return { before: report.rerun, after: report.tried }
  return { before: report.recorded, after: report.rerun }
}

/** All together first, then the classes, then the queues in the order of the plan. */
export function rowsOf(report: ReplayReport): WaitRow[] {
  const { before, after } = pairOf(report)
  const classes: (TicketClass | null)[] = [null, 'ordinary', 'booked', 'care']
  const keys: [string | null, TicketClass | null][] = [
    ...classes.map((one): [null, TicketClass | null] => [null, one]),
    ...report.queues.map((queue): [string, null] => [queue.queue_id, null]),
  ]
  return keys
    .map(([queueId, ticketClass]) => ({
      queueId,
      ticketClass,
      before: waitsOf(before, queueId, ticketClass),
      after: waitsOf(after, queueId, ticketClass),
    }))
    .filter((row) => row.before !== undefined || row.after !== undefined)
}

function waitsOf(
  outcome: DayOutcome,
  queueId: string | null,
  ticketClass: TicketClass | null,
): Waits | undefined {
  return outcome.waits.find(
    (waits) => waits.queue_id === queueId && waits.ticket_class === ticketClass,
  )
}

/** Where the picture's scale has its lines, in seconds: a handful of round times, 0 first. */
export function ticksOf(rows: readonly WaitRow[], measure: Measure): number[] {
  const most = Math.max(
    60,
    ...rows.flatMap((row) => [row.before?.[measure] ?? 0, row.after?.[measure] ?? 0]),
  )
  const steps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800]
  const step = steps.find((one) => most / one <= 6) ?? 28_800
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, n) => n * step)
}

export function figureOf(outcome: DayOutcome, figure: Figure): number {
  if (figure === 'turned_away')
    return outcome.turned_away.reduce((sum, group) => sum + group.visitors, 0)
  return outcome[figure]
}
