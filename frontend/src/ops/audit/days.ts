/** When a day of a date field begins where the page is; empty for an empty one. */
export const startOfDay = (day: string): string =>
  day === '' ? '' : new Date(`${day}T00:00:00`).toISOString()

/** When it ends, as `startOfDay` says of the next one. */
export function endOfDay(day: string): string {
  if (day === '') return ''
  const next = new Date(`${day}T00:00:00`)
  next.setDate(next.getDate() + 1)
  return next.toISOString()
}
