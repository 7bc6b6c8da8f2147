import { describe, expect, it } from 'vitest'
import { counter, hall, queue } from './fixtures'
import { countersOf, isAllStopped, serversOf, since, strainOf, ticketsIn } from './hall'

const NOW = Date.parse('2026-11-23T02:00:00Z')

describe('the hall', () => {
  it('knows which windows serve a queue, in any zone', () => {
    const zone = (zone_id: string, ...queues: string[][]) => ({
      zone_id,
      name: { zh: zone_id, en: zone_id },
      counters: queues.map((queue_ids, n) => counter({ counter_id: `${zone_id}-${n}`, queue_ids })),
    })
    const view = hall({ zones: [zone('Z1', ['A'], ['B']), zone('Z2', ['B', 'A'])] })
    expect(countersOf(view)).toHaveLength(3)
    expect(serversOf(view, 'A').map((one) => one.counter_id)).toEqual(['Z1-0', 'Z2-0'])
  })

  it('counts tickets by state, several together', () => {
    expect(ticketsIn(hall(), 'done')).toBe(3)
    expect(ticketsIn(hall(), 'called', 'serving')).toBe(3)
    expect(ticketsIn(hall(), 'expired')).toBe(0)
  })

  it('has stopped issuing only when every queue has', () => {
    const stopped = queue({}, { stop: 'staff' })
    expect(isAllStopped(hall({ queues: [stopped, stopped] }))).toBe(true)
    expect(isAllStopped(hall({ queues: [stopped, queue()] }))).toBe(false)
    expect(isAllStopped(hall({ queues: [] }))).toBe(false)
  })
})

describe('the strain of a queue', () => {
  it('is that nobody serves those who wait', () => {
    expect(strainOf(queue({}, { waiting: 1, open_counters: 0 }), NOW)).toBe('unserved')
    expect(strainOf(queue({}, { waiting: 0, open_counters: 0 }), NOW)).toBe('none')
  })

  it('is that the oldest has waited more than half an hour', () => {
    const waited = (oldest_issued_at: string) =>
      strainOf(queue({ oldest_issued_at }, { waiting: 1 }), NOW)
    expect(waited('2026-11-23T01:30:00Z')).toBe('none')
    expect(waited('2026-11-23T01:29:59Z')).toBe('long')
  })
})

it('counts no time before it began', () => {
  expect(since('2026-11-23T01:59:00Z', NOW)).toBe(60_000)
  expect(since('2026-11-23T02:00:05Z', NOW)).toBe(0)
  expect(since(null, NOW)).toBeNull()
})
