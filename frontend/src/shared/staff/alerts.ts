import type { AlertKind, AlertLine } from '@/wire/wire.gen'

/** Kinds whose value is seconds; of the others it is people, or says nothing. */
const IN_SECONDS: ReadonlySet<AlertKind> = new Set<AlertKind>([
  'wait_long',
  'oldest_long',
  'counter_idle',
  'pause_long',
  'counter_unmanned',
  'calls_unspoken',
])

/** The words for an alert: their key, and their number in people or whole minutes (AL1). */
export function alertWords(alert: AlertLine): { key: `alert.${AlertKind}`; n: number } {
  const n = IN_SECONDS.has(alert.kind) ? Math.floor(alert.value / 60) : alert.value
  return { key: `alert.${alert.kind}`, n }
}
