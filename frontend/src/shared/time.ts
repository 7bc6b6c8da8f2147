const formats = new Map<string, Intl.DateTimeFormat>()

/** The time of day in the hall, `14:05` or `14:05:09`. */
export function clockTime(ms: number, timeZone: string | null, withSeconds = false): string {
  return format('en-GB', timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' }),
    hourCycle: 'h23',
  }).format(ms)
}

/** The date in the hall with its weekday, as each language writes it. */
export function clockDate(ms: number, timeZone: string | null, language: 'zh' | 'en'): string {
  if (language === 'en') {
    return format('en-GB', timeZone, { weekday: 'short', day: 'numeric', month: 'short' }).format(
      ms,
    )
  }
  const date = format('zh-CN', timeZone, { month: 'long', day: 'numeric' }).format(ms)
  return `${date} ${format('zh-CN', timeZone, { weekday: 'long' }).format(ms)}`
}

/** The values of the words that say when something begins: its date and time in the hall. */
export function beginning(
  at: string,
  timeZone: string | null,
  language: 'zh' | 'en',
): { date: string; time: string } {
  const ms = Date.parse(at)
  return { date: clockDate(ms, timeZone, language), time: clockTime(ms, timeZone) }
}

/** The date and time in the hall with the year, `2026-11-23 09:00:00`, as Sweden writes it. */
export const clockStamp = (ms: number, timeZone: string | null): string =>
  format('sv-SE', timeZone, { dateStyle: 'short', timeStyle: 'medium' }).format(ms)

/** When the hall's clock shows `2026-11-23T09:00:00`, in milliseconds. */
export function clockInstant(shown: string, timeZone: string | null): number {
  const meant = Date.parse(`${shown}Z`)
  const ahead = (ms: number) => Date.parse(`${clockStamp(ms, timeZone).replace(' ', 'T')}Z`) - ms
  // How far the clock is ahead there may change between the first guess and the instant.
  return meant - ahead(meant - ahead(meant))
}

function format(
  locale: string,
  timeZone: string | null,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${Object.values(options).join()}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, ...(timeZone && { timeZone }) })
    formats.set(key, found)
  }
  return found
}
