/** A span as a clock shows it: `7:05`, or `1:02:09` from an hour on; never below zero. */
export function clockSpan(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000))
  const seconds = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${seconds}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`
}

/** Whole seconds from `now` to the instant `at`, rounded up; 0 when it is over. */
export function secondsUntil(at: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(at) - now) / 1000))
}
