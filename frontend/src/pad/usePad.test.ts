import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import type { Command, Hub, Outcome } from '@/hub/hub'
import { CommandError } from '@/hub/hub'
import { withLevel } from '@/shared/rating/rating'
import type { PadOffer } from '@/wire/wire.gen'
import { THANKS_MS, TOUCHED_MS, usePad } from './usePad'

const BEGAN = Date.parse('2026-11-23T01:00:00Z')
const OFFER: PadOffer = { ticket_id: 'T1', number: 'A001', until: '2026-11-23T01:01:00Z' }
const DONE: Outcome = { type: 'done', result: {} } as Outcome

let scope = effectScope()
beforeEach(() => {
  scope = effectScope()
})
afterEach(() => scope.stop())

function padWith(answer: () => Promise<Outcome>) {
  const asked: Command[] = []
  const hub = {
    do: (command: Command) => {
      asked.push(command)
      return answer()
    },
  } as unknown as Hub
  const offer = shallowRef<PadOffer | null>(OFFER)
  const now = ref(BEGAN)
  const onRest = vi.fn()
  const pad = scope.run(() => usePad(hub, 'W1', () => offer.value, now, onRest))
  if (pad === undefined) throw new Error('no scope')
  async function later(ms: number): Promise<void> {
    now.value += ms
    await nextTick()
    await nextTick()
    await nextTick()
  }
  return { pad, asked, offer, onRest, later }
}

const answers = (): Promise<Outcome> => Promise.resolve(DONE)

test('nobody_touches_the_pad_and_it_rests_after_a_minute_without_a_rating__EV2', async () => {
  const { pad, asked, onRest, later } = padWith(answers)
  expect(pad.visit.value?.number).toBe('A001')
  await later(59_000)
  expect(pad.visit.value).not.toBeNull()
  expect(pad.leftS.value).toBe(1)
  await later(1_000)
  expect(pad.visit.value).toBeNull()
  expect(asked).toEqual([])
  expect(onRest).toHaveBeenCalledOnce()
  await later(1_000)
  expect(pad.visit.value).toBeNull()
})

test('what_was_chosen_and_not_sent_is_sent_when_the_time_is_over__EV2', async () => {
  const { pad, asked, later } = padWith(answers)
  pad.draft.value = withLevel(pad.draft.value, 2)
  await later(60_000)
  expect(asked).toEqual([
    { type: 'evaluate', counter_id: 'W1', ticket_id: 'T1', level: 2, tags: [], comment: '' },
  ])
})

test('touch_gives_more_time_and_never_less__EV2', async () => {
  const { pad, later } = padWith(answers)
  pad.touch()
  await later(55_000)
  expect(pad.leftS.value).toBe(5)
  pad.touch()
  expect(pad.leftS.value).toBe(TOUCHED_MS / 1000)
})

test('sent_rating_is_thanked_for_and_nothing_of_it_is_left__EV2', async () => {
  const { pad, onRest, later } = padWith(answers)
  pad.draft.value = { level: 5, tags: ['quick'], comment: '快' }
  await pad.send()
  expect(pad.isThanking.value).toBe(true)
  expect(pad.draft.value).toEqual({ level: null, tags: [], comment: '' })
  expect(onRest).not.toHaveBeenCalled()
  await later(THANKS_MS)
  expect(pad.isThanking.value).toBe(false)
  expect(pad.visit.value).toBeNull()
  expect(onRest).toHaveBeenCalledOnce()
})

test('next_visitor_is_served_and_never_sees_what_the_last_one_chose__EV2', async () => {
  const { pad, asked, offer, later } = padWith(answers)
  pad.draft.value = withLevel(pad.draft.value, 1)
  offer.value = null
  await later(0)
  expect(asked).toHaveLength(1)
  await later(THANKS_MS)
  offer.value = { ...OFFER, ticket_id: 'T2', number: 'A002', until: '2026-11-23T01:05:00Z' }
  await later(0)
  expect(pad.visit.value?.number).toBe('A002')
  expect(pad.draft.value.level).toBeNull()
})

test('rating_that_did_not_arrive_stays_to_be_sent_again_and_is_given_up_in_the_end__EV2', async () => {
  const { pad, asked, later } = padWith(() => Promise.reject(new CommandError('unavailable')))
  pad.draft.value = withLevel(pad.draft.value, 4)
  await pad.send()
  expect(pad.isFailed.value).toBe(true)
  expect(pad.draft.value.level).toBe(4)
  await pad.send()
  expect(asked).toHaveLength(2)
  await later(60_000)
  expect(pad.visit.value).toBeNull()
  expect(asked).toHaveLength(2)
})
