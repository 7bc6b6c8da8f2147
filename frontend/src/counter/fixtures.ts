/** A desk to test with: counter W02 of clerk w02, at a moment of a Monday morning. */
import type { CounterView, DeskTicket } from '@/wire/wire.gen'
import type { Desk } from './actions'

/** The moment of the call, in ms. */
export const AT = Date.parse('2026-11-23T01:30:00Z')

const after = (s: number): string => new Date(AT + s * 1000).toISOString()

export function ticket(change: Partial<DeskTicket> = {}): DeskTicket {
  return {
    ticket_id: '2026-11-23-B-B007',
    number: 'B007',
    queue_id: 'B',
    queue_name: { zh: '人事处', en: 'Human Resources Office' },
    service_ids: [],
    service_names: [],
    ticket_class: 'ordinary',
    channel: 'anonymous',
    state: 'called',
    issued_at: after(-600),
    called_at: after(0),
    serving_at: null,
    recalls_left: 2,
    recall_from: after(20),
    undo_until: after(10),
    is_pass_allowed: false,
    returns: 0,
    ...change,
  }
}

export function view(change: Partial<CounterView> = {}): CounterView {
  return {
    type: 'counter',
    counter_id: 'W02',
    counter_no: 2,
    zone_id: 'Z1',
    zone_name: { zh: '一号厅 综合与人事', en: 'Hall 1 · General & Personnel' },
    time_zone: 'Asia/Shanghai',
    day: '2026-11-23',
    is_day_open: true,
    state: 'open',
    clerk_id: 'w02',
    opened_at: after(-3600),
    pause_reason: null,
    paused_at: null,
    ticket: null,
    queues: [
      {
        queue_id: 'B',
        name: { zh: '人事处', en: 'Human Resources Office' },
        waiting: 3,
        care: 1,
        booked: 0,
        oldest_issued_at: after(-900),
      },
    ],
    mode: 'longest_wait',
    auto_call_s: null,
    auto_call_at: null,
    next: [],
    held: [],
    passed: [],
    served: 12,
    served_mean_s: 312,
    alerts: [],
    ...change,
  }
}

export function desk(change: Partial<CounterView> = {}, now = AT): Desk {
  return { view: view(change), clerkId: 'w02', now, isLinkUp: true }
}
