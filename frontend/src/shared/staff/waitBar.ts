import type { Account } from '@/wire/wire.gen'

/** The wait beside what was foretold, as parts of the bar's length from 0 to 1. */
export interface WaitBarParts {
  /** What was foretold; null when nothing was. */
  readonly from: number | null
  readonly to: number | null
  readonly waited: number
  readonly isOver: boolean
}

/** Room that the bar leaves beyond the longest of its marks. */
const ROOM = 1.15
/** A bar of so few seconds would tell of nothing. */
const LENGTH_MIN_S = 60

/** `waitedS`: until the first call, or until now for one who waits. */
export function waitBar(account: Account, waitedS: number): WaitBarParts {
  const { wait_min_s: min, wait_max_s: max } = account
  const length = Math.max(LENGTH_MIN_S, waitedS, max ?? 0) * ROOM
  return {
    from: max === null ? null : (min ?? 0) / length,
    to: max === null ? null : max / length,
    waited: waitedS / length,
    isOver: max !== null && waitedS > max,
  }
}
