import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EffectScope, effectScope, nextTick, shallowRef } from 'vue'
import { type Command, CommandError, type Hub, type Outcome } from '@/hub/hub'
import type { KioskView } from '@/wire/wire.gen'
import { SETTLE_MS, TICKET_MS } from './flow'
import { TICK_MS, useVisit } from './useVisit'

const TOKEN = 'f00dcafef00dcafef00dcafef00dcafe'
const DONE: Outcome = {
  type: 'done',
  seq: 7,
  result: {
    ticket_id: 'd-A023',
    number: 'A023',
    token: TOKEN,
    queue_id: 'A',
    ahead: 4,
    wait_min_s: 300,
    wait_max_s: 900,
  },
}
const VIEW: KioskView = {
  type: 'kiosk',
  kiosk_id: 'K1',
  hall_name: { zh: '大厅', en: 'Hall' },
  zone_id: 'Z1',
  zone_name: { zh: '一号厅', en: 'Hall 1' },
  time_zone: 'Asia/Shanghai',
  day: '2026-11-23',
  is_open: true,
  has_printer: true,
  is_printer_failing: false,
  printer_state: null,
  other_kiosk: null,
  queues: [
    {
      standing: {
        queue_id: 'A',
        name: { zh: '甲', en: 'A' },
        zone_id: 'Z1',
        letter: 'A',
        waiting: 0,
        open_counters: 1,
        wait_min_s: 0,
        wait_max_s: 300,
        stop: null,
        is_full: false,
      },
      channels: ['card', 'anonymous', 'appointment'],
      classes: ['ordinary', 'care'],
      zone_name: { zh: '一号厅', en: 'Hall 1' },
      services: [],
    },
  ],
  notices: [],
  opens_next_at: null,
  jobs: [],
}

let scope: EffectScope
const sent: { command: Command; id: string }[] = []
let answer: (outcome: Outcome | CommandError) => void = () => undefined

function start() {
  const view = shallowRef<KioskView | null>(VIEW)
  const onStart = vi.fn()
  const hub = {
    do: (command: Command, id: string) =>
      new Promise<Outcome>((resolve, reject) => {
        sent.push({ command, id })
        answer = (outcome) => (outcome instanceof CommandError ? reject(outcome) : resolve(outcome))
      }),
  } as unknown as Hub
  const visit = scope.run(() => useVisit(hub, () => view.value, onStart))
  if (!visit) throw new Error('no scope')
  return { visit, view, onStart }
}

/** Choose a queue and press the button, as often as asked. */
async function take(visit: ReturnType<typeof start>['visit'], presses = 1): Promise<void> {
  visit.go({ type: 'choose', queueId: 'A' })
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  for (let n = 0; n < presses; n++) visit.go({ type: 'take' })
}

beforeEach(() => {
  vi.useFakeTimers()
  sent.length = 0
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

test('double_tap_sends_one_command__CL8', async () => {
  const { visit } = start()
  await take(visit, 2)
  expect(sent.map(({ command }) => command.type)).toEqual(['take_ticket'])
  answer(DONE)
  await nextTick()
  visit.go({ type: 'take' })
  expect(sent).toHaveLength(1)
})

test('ticket_and_its_token_are_wiped_after_30_s__I19', async () => {
  const { visit, onStart } = start()
  await take(visit)
  answer(DONE)
  await vi.advanceTimersByTimeAsync(0)
  expect(visit.flow.value.ticket?.token).toBe(TOKEN)
  await vi.advanceTimersByTimeAsync(TICKET_MS - 1_000)
  expect(visit.flow.value.step).toBe('ticket')
  expect(onStart).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1_000 + TICK_MS)
  expect(JSON.stringify(visit.flow.value)).not.toContain(TOKEN)
  expect(visit.flow.value.step).toBe('choose')
  expect(onStart).toHaveBeenCalledOnce()
})

test('outcome_of_the_first_paper_is_shown_with_the_ticket', async () => {
  const { visit, view } = start()
  await take(visit)
  answer(DONE)
  await vi.advanceTimersByTimeAsync(0)
  view.value = { ...VIEW, jobs: [{ job_id: 'd-A022-1', outcome: 'failed' }] }
  await nextTick()
  expect(visit.flow.value.paper).toBeNull()
  view.value = { ...VIEW, jobs: [{ job_id: 'd-A023-1', outcome: 'printed' }] }
  await nextTick()
  expect(visit.flow.value.paper).toBe('printed')
})

test('paper_that_was_out_before_the_answer_is_shown_too', async () => {
  const { visit, view } = start()
  await take(visit)
  view.value = { ...VIEW, jobs: [{ job_id: 'd-A023-1', outcome: 'printed' }] }
  answer(DONE)
  await vi.advanceTimersByTimeAsync(0)
  expect(visit.flow.value.paper).toBe('printed')
})

test('reprint_is_one_command_and_its_own_paper_is_watched__I11', async () => {
  const { visit, view } = start()
  await take(visit)
  view.value = { ...VIEW, jobs: [{ job_id: 'd-A023-1', outcome: 'unknown' }] }
  answer(DONE)
  await vi.advanceTimersByTimeAsync(0)
  visit.go({ type: 'reprint' })
  visit.go({ type: 'reprint' })
  expect(sent.slice(1).map(({ command }) => command)).toEqual([
    { type: 'reprint_ticket', ticket_id: 'd-A023', kiosk_id: 'K1' },
  ])
  answer({ type: 'done', seq: 8, result: {} })
  await vi.advanceTimersByTimeAsync(0)
  expect(visit.flow.value.paper).toBeNull()
  view.value = { ...VIEW, jobs: [{ job_id: 'd-A023-2', outcome: 'printed' }] }
  await nextTick()
  expect(visit.flow.value.paper).toBe('printed')
})

test('reprint_that_is_refused_is_told_as_failed__I11', async () => {
  const { visit, view } = start()
  await take(visit)
  view.value = { ...VIEW, jobs: [{ job_id: 'd-A023-1', outcome: 'failed' }] }
  answer(DONE)
  await vi.advanceTimersByTimeAsync(0)
  visit.go({ type: 'reprint' })
  answer({ type: 'refused', code: 'day_not_open' })
  await vi.advanceTimersByTimeAsync(0)
  expect(visit.flow.value.paper).toBe('failed')
})

test('no_answer_is_told_and_the_same_visitor_repeats_the_same_command__I7', async () => {
  const { visit } = start()
  await take(visit)
  answer(new CommandError('unavailable'))
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  expect(visit.flow.value.failure).toMatchObject({ type: 'failed', code: 'unavailable' })
  visit.go({ type: 'take' })
  expect(sent[1]).toEqual(sent[0])
})

test('next_visitor_never_repeats_the_command_of_the_one_before', async () => {
  const { visit } = start()
  await take(visit)
  answer(new CommandError('unavailable'))
  await vi.advanceTimersByTimeAsync(0)
  visit.go({ type: 'home' })
  await take(visit)
  expect(sent).toHaveLength(2)
  expect(sent[1]?.id).not.toBe(sent[0]?.id)
})

test('refusal_is_told_where_the_visitor_stands', async () => {
  const { visit } = start()
  await take(visit)
  answer({ type: 'refused', code: 'day_not_open' })
  await vi.advanceTimersByTimeAsync(0)
  expect(visit.flow.value).toMatchObject({ step: 'services', failure: { code: 'day_not_open' } })
})
