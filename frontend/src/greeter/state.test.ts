import { describe, expect, it } from 'vitest'
import type { TicketState } from '@/wire/wire.gen'
import { foundOf } from './fixtures'
import { actsOf, arrivalOf, leftS, told, waitOf } from './state'

const acts = (given: Parameters<typeof foundOf>[0]) => actsOf(foundOf(given).ticket)

describe('what may be done with a ticket', () => {
  it('is everything while it waits; it is late only once', () => {
    expect(acts({})).toEqual(['reprint', 'send', 'delay', 'cancel', 'why'])
    expect(acts({ can_delay: false })).not.toContain('delay')
  })

  it('begins with the way back for a passed one, as long as it has returns left', () => {
    expect(acts({ state: 'passed' })[0]).toBe('return')
    expect(acts({ state: 'passed', returns_left: 0 })).toEqual(['send', 'cancel', 'why'])
  })

  it('is another paper at a counter, and why in the end', () => {
    for (const state of ['called', 'serving', 'held'] satisfies TicketState[])
      expect(acts({ state })).toEqual(['reprint', 'why'])
    for (const state of ['done', 'cancelled', 'abandoned', 'expired'] satisfies TicketState[])
      expect(acts({ state })).toEqual(['why'])
  })
})

describe('how a ticket stands', () => {
  const say = (...given: Parameters<typeof foundOf>) => told(foundOf(...given), 'Asia/Shanghai')

  it('says who is ahead, or that the visitor is next', () => {
    expect(say()).toEqual({ key: 'greeter.now.waiting', values: { n: 2 } })
    expect(say({}, { ahead: 0 }).key).toBe('greeter.now.next')
    expect(waitOf(foundOf())).toEqual({ key: 'wait.between', values: { min: 5, max: 10 } })
  })

  it('says where and when it was called', () => {
    expect(say({ state: 'called', counter_no: 5 }, { called_at: '2026-11-23T01:30:00Z' })).toEqual({
      key: 'greeter.now.called',
      values: { no: 5, time: '09:30' },
    })
    expect(waitOf(foundOf({ state: 'called' }))).toBeNull()
  })

  it('tells a passed visitor who may come back from one who may not', () => {
    const passed = { state: 'passed', passed_at: '2026-11-23T01:30:00Z' } as const
    expect(say(passed)).toEqual({ key: 'greeter.now.passed', values: { time: '09:30', left: 2 } })
    expect(say({ ...passed, returns_left: 0 }).key).toBe('greeter.now.passed_for_good')
  })

  it('says the end of a visit', () => {
    expect(say({ state: 'done', counter_no: 3 })).toEqual({
      key: 'greeter.now.done',
      values: { no: 3 },
    })
  })
})

describe('the time that is left', () => {
  const now = Date.parse('2026-11-23T02:00:00Z')

  it('runs out for a passed ticket (PS3)', () => {
    expect(leftS('2026-11-23T01:30:00Z', 3600, now)).toBe(1800)
    expect(leftS('2026-11-23T00:30:00Z', 3600, now)).toBe(0)
  })

  it('decides how an appointment is checked in (AP2)', () => {
    const rules = { check_in_early_s: 1800, check_in_late_s: 900 }
    const arrival = (slot_at: string) =>
      arrivalOf(
        {
          appointment_id: 'B1',
          code_end: 'M2P',
          queue_id: 'A',
          queue_name: { zh: '甲', en: 'A' },
          service_names: [],
          slot_at,
        },
        rules,
        now,
      )
    expect(arrival('2026-11-23T02:30:01Z')).toBe('early')
    expect(arrival('2026-11-23T02:30:00Z')).toBe('in_time')
    expect(arrival('2026-11-23T01:45:00Z')).toBe('in_time')
    expect(arrival('2026-11-23T01:44:59Z')).toBe('late')
  })
})
