import type { KioskQueue, Text } from '@/wire/wire.gen'

/** The queues of one zone. */
export interface ZoneGroup {
  readonly zoneId: string
  readonly name: Text
  readonly queues: KioskQueue[]
}

/** The other zones with their queues, in the order the hub shows them. */
export function otherZones(queues: readonly KioskQueue[], ownZoneId: string): ZoneGroup[] {
  const groups = new Map<string, ZoneGroup>()
  for (const queue of queues) {
    const zoneId = queue.standing.zone_id
    if (zoneId === ownZoneId) continue
    const group = groups.get(zoneId) ?? { zoneId, name: queue.zone_name, queues: [] }
    group.queues.push(queue)
    groups.set(zoneId, group)
  }
  return [...groups.values()]
}

/** The queues of the kiosk's own zone. */
export function ownQueues(queues: readonly KioskQueue[], ownZoneId: string): KioskQueue[] {
  return queues.filter(({ standing }) => standing.zone_id === ownZoneId)
}
