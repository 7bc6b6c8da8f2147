/** Half hours of a day. */
export const SLOTS = 48
/** The chart shows ten hours at least, so that a morning does not fill it with four bars. */
const SHOWN_MIN = 20
const STEPS = [1, 2, 4, 6, 8, 10]

/** What the arrivals chart draws. */
export interface ArrivalsChart {
  /** The first half hour shown, and the one after the last. */
  readonly from: number
  readonly to: number
  /** The height of the chart, in tickets. */
  readonly max: number
  readonly bars: readonly Bar[]
  /** What is usual in the half hours of the bars; empty when that is not known. */
  readonly usual: readonly number[]
  /** A round number of half hours, to be written below the chart. */
  readonly ticks: readonly number[]
}

export interface Bar {
  readonly slot: number
  readonly tickets: number
  /** Whether the half hour is still going on. */
  readonly isNow: boolean
}

/** The half hour of the day that the hall's clock is in; `time` as in `14:05`. */
export function slotOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number)
  return (hours ?? 0) * 2 + ((minutes ?? 0) >= 30 ? 1 : 0)
}

/** The time at which a half hour begins, as in `14:30`. */
export function slotTime(slot: number): string {
  return `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 === 0 ? '00' : '30'}`
}

/** Today's bars beside the usual day, from the first arrival of either on. */
export function arrivalsChart(
  arrivals: readonly number[],
  usual: readonly number[],
  nowSlot: number,
): ArrivalsChart {
  const busy = arrivals.flatMap((tickets, slot) =>
    tickets > 0 || (usual[slot] ?? 0) > 0 ? [slot] : [],
  )
  const first = Math.min(nowSlot, ...busy)
  const to = Math.min(SLOTS, Math.max(nowSlot + 1, (busy.at(-1) ?? 0) + 1, first + SHOWN_MIN))
  const from = Math.max(0, Math.min(first, to - SHOWN_MIN))
  const bars = arrivals
    .map((tickets, slot) => ({ slot, tickets, isNow: slot === nowSlot }))
    .slice(from, to)
  const ticks = Array.from({ length: to - from + 1 }, (_, n) => from + n).filter(
    (slot) => slot % 4 === 0,
  )
  const max = roundMax(Math.max(...arrivals, ...usual))
  return { from, to, max, bars, usual: usual.slice(from, to), ticks }
}

/** The round number that the highest bar does not exceed, at least 10 and even. */
export function roundMax(highest: number): number {
  if (highest <= 10) return 10
  const unit = 10 ** Math.floor(Math.log10(highest))
  return (STEPS.find((step) => step * unit >= highest) ?? 10) * unit
}
