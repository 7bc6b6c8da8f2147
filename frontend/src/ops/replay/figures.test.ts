import { describe, expect, it } from 'vitest'
import type { DayOutcome, ReplayReport, Waits } from '@/wire/wire.gen'
import { figureOf, pairOf, rowsOf, ticksOf } from './figures'

const waits = (
  queue_id: string | null,
  ticket_class: Waits['ticket_class'],
  mean_s: number,
): Waits => ({
  queue_id,
  ticket_class,
  called: 10,
  mean_s,
  p90_s: mean_s * 2,
  max_s: mean_s * 3,
})

function outcome(found: Waits[]): DayOutcome {
  return {
    waits: found,
    slots: [],
    taken: 10,
    turned_away: [
      { code: 'queue_full', visitors: 2 },
      { code: 'class_off', visitors: 1 },
    ],
    done: 9,
    passes: 0,
    abandoned: 0,
    cancelled: 1,
    expired: 0,
    unfinished: 0,
    overtakers: 0,
    overtaken_max: 0,
    idle_s: 0,
  }
}

function report(tried: DayOutcome | null): ReplayReport {
  return {
    hall_id: 'main',
    day: '2026-11-20',
    is_closed: true,
    queues: ['B', 'A'].map((letter) => ({ queue_id: letter, letter, name: { zh: '', en: '' } })),
    recorded: outcome([waits(null, null, 100), waits('A', null, 100)]),
    rerun: outcome([waits(null, null, 110), waits('A', null, 110), waits('A', 'care', 5)]),
    tried,
    fidelity: { tickets: 10, mean_error_s: 1, p90_error_s: 2, bias_s: 0 },
  }
}

describe('what a replay is compared with', () => {
  it('is the re-run, made by the same model, once something was tried', () => {
    const tried = outcome([])
    const given = report(tried)
    expect(pairOf(given)).toEqual({ before: given.rerun, after: tried })
    const plain = report(null)
    expect(pairOf(plain)).toEqual({ before: plain.recorded, after: plain.rerun })
  })
})

describe('the rows of the table', () => {
  it('are all, the classes and the queues in the order of the plan, where anybody waited', () => {
    const tried = outcome([waits(null, null, 90), waits(null, 'care', 9), waits('B', null, 90)])
    const rows = rowsOf(report(tried))
    expect(rows.map((row) => [row.queueId, row.ticketClass])).toEqual([
      [null, null],
      [null, 'care'],
      ['B', null],
      ['A', null],
    ])
    expect(rows[1]?.before).toBeUndefined()
    expect(rows[3]?.after).toBeUndefined()
    expect(rows[3]?.before?.mean_s).toBe(110)
  })

  it('stand on a scale of round times that holds them all', () => {
    for (const mean of [0, 7, 59, 60, 61, 400, 3_000, 50_000]) {
      const rows = rowsOf(report(outcome([waits(null, null, mean)])))
      const ticks = ticksOf(rows, 'max_s')
      expect(ticks[0]).toBe(0)
      expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(mean * 3)
      expect(ticks.length).toBeGreaterThan(1)
      expect(ticks.length).toBeLessThanOrEqual(8)
    }
  })
})

it('visitors turned away are counted over all reasons', () => {
  expect(figureOf(outcome([]), 'turned_away')).toBe(3)
  expect(figureOf(outcome([]), 'done')).toBe(9)
})
