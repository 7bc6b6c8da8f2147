/** A wait as it is said to visitors: a key below `wait` and its numbers (WT2). */
export type WaitWords =
  | { key: 'wait.closed' | 'wait.over'; values: Record<string, never> }
  | { key: 'wait.under' | 'wait.exactly'; values: { max: number } }
  | { key: 'wait.atLeast'; values: { min: number } }
  | { key: 'wait.between'; values: { min: number; max: number } }

const STEP_MIN = 5
const LONGEST_MIN = 60

/**
 * The words for a wait between `minS` and `maxS` seconds, in steps of 5 minutes (WT2).
 *
 * The lower end is rounded down and the upper end up, so that the range never promises more than
 * the hub does; null stands for "no window open".  The paper says the same: printer_agent/wording.py.
 */
export function waitWords(minS: number | null, maxS: number | null): WaitWords {
  if (minS === null || maxS === null) return { key: 'wait.closed', values: {} }
  const min = Math.floor(minS / 60 / STEP_MIN) * STEP_MIN
  const max = Math.ceil(maxS / 60 / STEP_MIN) * STEP_MIN
  if (max <= STEP_MIN) return { key: 'wait.under', values: { max: STEP_MIN } }
  if (min >= LONGEST_MIN) return { key: 'wait.over', values: {} }
  if (max > LONGEST_MIN) return { key: 'wait.atLeast', values: { min: Math.max(min, STEP_MIN) } }
  if (min === 0) return { key: 'wait.under', values: { max } }
  if (min === max) return { key: 'wait.exactly', values: { max } }
  return { key: 'wait.between', values: { min, max } }
}
