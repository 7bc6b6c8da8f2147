import type { NoticeLine } from '@/wire/wire.gen'

/** The notices that count at `now` (ms, the hub's clock), in the order the hub shows them. */
export function current(notices: readonly NoticeLine[], now: number): readonly NoticeLine[] {
  return notices.filter(({ until }) => until === null || now < Date.parse(until))
}
