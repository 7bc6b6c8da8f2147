import { expect, test } from 'vitest'
import type { KioskQueue } from '@/wire/wire.gen'
import { type Flow, START } from './flow'
import { otherZones, ownQueues } from './groups'
import { stepOf } from './keys'

function queue(letter: string, zoneId: string, serviceIds: string[] = []): KioskQueue {
  const name = { zh: letter, en: letter }
  return {
    channels: ['card', 'anonymous'],
    classes: ['ordinary', 'care'],
    zone_name: { zh: zoneId, en: zoneId },
    services: serviceIds.map((service_id) => ({ service_id, name })),
    standing: {
      queue_id: `q${letter}`,
      letter,
      stop: null,
      is_full: false,
      name,
      zone_id: zoneId,
      waiting: 0,
      open_counters: 1,
      wait_min_s: 0,
      wait_max_s: 300,
    },
  }
}

const QUEUES = [
  queue('A', 'Z1', ['s1', 's2']),
  queue('E', 'Z2'),
  queue('H', 'Z3'),
  queue('F', 'Z2'),
]
const at = (step: Flow['step']): Flow => ({ ...START, step, queueId: 'qA' })

test('letter_chooses_the_queue_it_stands_for', () => {
  expect(stepOf('h', START, QUEUES)).toEqual({ type: 'choose', queueId: 'qH' })
  expect(stepOf('Z', START, QUEUES)).toBeNull()
})

test('digit_ticks_the_service_in_that_place', () => {
  expect(stepOf('2', at('services'), QUEUES)).toEqual({ type: 'tick', serviceId: 's2' })
  expect(stepOf('3', at('services'), QUEUES)).toBeNull()
  expect(stepOf('2', START, QUEUES)).toBeNull()
})

test('enter_takes_the_number_and_then_ends_the_visit', () => {
  expect(stepOf('Enter', at('services'), QUEUES)).toEqual({ type: 'take' })
  expect(stepOf('Enter', at('ticket'), QUEUES)).toEqual({ type: 'home' })
  expect(stepOf('Enter', at('taking'), QUEUES)).toBeNull()
})

test('escape_goes_back', () => {
  expect(stepOf('Escape', at('services'), QUEUES)).toEqual({ type: 'back' })
})

test('queues_of_this_zone_stand_apart_and_the_others_by_zone', () => {
  expect(ownQueues(QUEUES, 'Z1').map(({ standing }) => standing.letter)).toEqual(['A'])
  const zones = otherZones(QUEUES, 'Z1').map(({ zoneId, queues }) => [zoneId, queues.length])
  expect(zones).toEqual([
    ['Z2', 2],
    ['Z3', 1],
  ])
})

test('keys_type_and_erase_a_code_and_enter_checks_in', () => {
  expect(stepOf('A', at('code'), QUEUES)).toEqual({ type: 'type', char: 'A' })
  expect(stepOf('7', at('code'), QUEUES)).toEqual({ type: 'type', char: '7' })
  expect(stepOf('Backspace', at('code'), QUEUES)).toEqual({ type: 'erase' })
  expect(stepOf('Enter', at('code'), QUEUES)).toEqual({ type: 'take' })
  expect(stepOf('Escape', at('code'), QUEUES)).toEqual({ type: 'back' })
  expect(stepOf('-', at('code'), QUEUES)).toBeNull()
})
