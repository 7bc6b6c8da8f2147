import type { Plan, Text } from '@/wire/wire.gen'

/** What a device can speak for, in the order in which it is offered. */
export const KINDS = ['kiosk', 'pad', 'printer', 'voice', 'board', 'counter_screen'] as const
export type Kind = (typeof KINDS)[number]

/** A part of the hall that a device may speak for. */
export interface Place {
  readonly topic: string
  readonly id: string
  /** Of the zone that it stands in. */
  readonly zone: Text | null
}

const ofZone = (kind: Kind, { zone_id, name }: Plan['zones'][number]): Place => ({
  topic: `${kind}:${zone_id}`,
  id: zone_id,
  zone: name,
})

/** All that devices of this hall can speak for. */
export function placesOf(plan: Plan): Record<Kind, Place[]> {
  const zone = (id: string): Text | null =>
    plan.zones.find((found) => found.zone_id === id)?.name ?? null
  const printers = new Map<string, Place>()
  for (const one of plan.kiosks) {
    const id = one.printer_id
    if (id !== null) printers.set(id, { topic: `printer:${id}`, id, zone: zone(one.zone_id) })
  }
  return {
    kiosk: plan.kiosks.map((one) => ({
      topic: `kiosk:${one.kiosk_id}`,
      id: one.kiosk_id,
      zone: zone(one.zone_id),
    })),
    pad: plan.counters.map((one) => ({
      topic: `pad:${one.counter_id}`,
      id: one.counter_id,
      zone: zone(one.zone_id),
    })),
    printer: [...printers.values()],
    voice: plan.zones.map((one) => ofZone('voice', one)),
    board: plan.zones.map((one) => ofZone('board', one)),
    counter_screen: plan.counters.map((one) => ({
      topic: `counter_screen:${one.counter_id}`,
      id: one.counter_id,
      zone: zone(one.zone_id),
    })),
  }
}

/** The ids a device speaks for, by kind; kinds that it does not speak for are left out. */
export function spokenFor(scope: readonly string[]): { kind: Kind; ids: string[] }[] {
  return KINDS.map((kind) => ({
    kind,
    ids: scope
      .filter((topic) => topic.startsWith(`${kind}:`))
      .map((topic) => topic.slice(kind.length + 1)),
  })).filter(({ ids }) => ids.length > 0)
}

/** A name to propose: what the device speaks for, and a number where that is taken. */
export function nameFor(scope: readonly string[], taken: readonly string[]): string {
  const stem = [...new Set(scope.map((topic) => topic.split(':')[1]))].join('-').slice(0, 40)
  if (!taken.includes(stem)) return stem
  for (let n = 2; ; n += 1) if (!taken.includes(`${stem}-${n}`)) return `${stem}-${n}`
}
