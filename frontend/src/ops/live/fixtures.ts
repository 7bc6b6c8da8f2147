import type { OpsCounter, OpsQueue, OpsView, TicketState } from '@/wire/wire.gen'

/** A free window, with `change`. */
export function counter(change: Partial<OpsCounter> = {}): OpsCounter {
  return {
    counter_id: 'W01',
    counter_no: 1,
    state: 'open',
    clerk_id: 'w01',
    pause_reason: null,
    since: '2026-11-23T01:00:00Z',
    number: null,
    ticket_state: null,
    queue_ids: ['A'],
    mode: 'longest_wait',
    shares: [],
    served: 3,
    served_mean_s: 240,
    ...change,
  }
}

/** A queue in which nobody waits, with `change`. */
export function queue(
  change: Partial<OpsQueue> = {},
  standing: Partial<OpsQueue['standing']> = {},
): OpsQueue {
  return {
    standing: {
      queue_id: 'A',
      name: { zh: '人事处', en: 'Human Resources' },
      zone_id: 'Z1',
      letter: 'A',
      waiting: 0,
      open_counters: 1,
      wait_min_s: 0,
      wait_max_s: 300,
      stop: null,
      is_full: false,
      ...standing,
    },
    care: 0,
    booked: 0,
    oldest_issued_at: null,
    issued: 0,
    stop_reason: '',
    ...change,
  }
}

/** A small open hall, with `change`. */
export function hall(change: Partial<OpsView> = {}): OpsView {
  const states: TicketState[] = ['waiting', 'called', 'serving', 'done', 'cancelled', 'abandoned']
  return {
    type: 'ops',
    hall_name: { zh: '办事大厅', en: 'Hall' },
    time_zone: 'Asia/Shanghai',
    day: '2026-11-23',
    is_open: true,
    opened_at: '2026-11-23T00:00:00Z',
    plan_version: 1,
    has_rule: false,
    zones: [{ zone_id: 'Z1', name: { zh: '一号厅', en: 'Hall 1' }, counters: [counter()] }],
    queues: [queue()],
    printers: [],
    voices: [],
    screens: [],
    alerts: [],
    notices: [],
    figures: {
      issued: 15,
      by_state: states.map((state, n) => ({ state, tickets: n })),
      by_channel: [],
      wait_mean_s: 600,
      served_mean_s: 240,
      ratings: 0,
      satisfied_percent: null,
      expected: 0,
    },
    arrivals: Array.from({ length: 48 }, () => 0),
    usual: [],
    ...change,
  }
}
