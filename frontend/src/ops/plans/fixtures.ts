import type { Draft } from './draft'
import { NUMBERS } from './draft'

/** A small hall for tests: two zones, queues A and B, windows 1 to 3. */
export function smallPlan(): Draft {
  const text = (words: string): { zh: string; en: string } => ({ zh: words, en: `${words} (en)` })
  const queue = (letter: string): Draft['queues'][number] => ({
    queue_id: letter,
    letter,
    name: text(`业务${letter}`),
    zone_id: 'Z1',
    mean_handling_s: 300,
    channels: ['card', 'anonymous'],
    classes: ['ordinary', 'care'],
    waiting_max: null,
  })
  const counter = (no: number, queue_ids: string[]): Draft['counters'][number] => ({
    counter_id: `W0${no}`,
    no,
    zone_id: 'Z1',
    queue_ids,
    mode: 'longest_wait',
    shares: [],
    timetable: [],
    auto_call_s: null,
  })
  return {
    hall_id: 'small',
    version: 3,
    name: text('大厅'),
    time_zone: 'Asia/Shanghai',
    zones: ['Z1', 'Z2'].map((zone_id) => ({ zone_id, name: text(zone_id) })),
    queues: [queue('A'), queue('B')],
    counters: [counter(1, ['A']), counter(2, ['A', 'B']), counter(3, ['B'])],
    services: [{ service_id: 'S1', queue_id: 'A', name: text('盖章') }],
    kiosks: [{ kiosk_id: 'K1', zone_id: 'Z1', printer_id: 'P1', reversed_cards: false }],
    rules: Object.fromEntries(NUMBERS.map((name) => [name, 60])) as Draft['rules'],
    hours: [{ weekday: 1, spans: [{ opens: 480, closes: 690 }] }],
    special_days: [],
    rule: null,
    paper: [
      { kind: 'queue', text: null, size: 'normal' },
      { kind: 'number', text: null, size: 'normal' },
    ],
  }
}
