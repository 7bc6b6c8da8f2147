import { expect, test } from 'vitest'
import type { Channel, KioskQueue, TicketClass } from '@/wire/wire.gen'
import { type Obstacle, offerOf } from './offer'

const NAME = { zh: '甲', en: 'A' }

function queue(
  channels: Channel[] = ['card', 'anonymous'],
  classes: TicketClass[] = ['ordinary', 'care'],
  standing: Partial<KioskQueue['standing']> = {},
): KioskQueue {
  return {
    standing: {
      queue_id: 'A',
      name: NAME,
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
    channels,
    classes,
    zone_name: NAME,
    services: [],
  }
}

test.each<[Channel[], boolean, Channel, Obstacle | null]>([
  [['card', 'anonymous'], false, 'anonymous', null],
  [['card', 'anonymous'], true, 'card', null],
  [['anonymous'], true, 'anonymous', null],
  [['card'], false, 'card', 'card_needed'],
  [['card'], true, 'card', null],
  [['appointment', 'remote'], true, 'anonymous', 'elsewhere'],
])(
  'queue_taken_by_%s_with_card_%s_is_offered_by_%s__TK3',
  (channels, hasCard, channel, obstacle) => {
    expect(offerOf(queue(channels), hasCard, false)).toMatchObject({ channel, obstacle })
  },
)

test('care_is_offered_where_the_queue_has_it', () => {
  expect(offerOf(queue(), false, true).ticketClass).toBe('care')
  expect(offerOf(queue(['anonymous'], ['ordinary']), false, true).ticketClass).toBe('ordinary')
  expect(offerOf(queue(), false, false).ticketClass).toBe('ordinary')
})

test('stopped_and_full_queues_say_which__TK5', () => {
  expect(offerOf(queue(undefined, undefined, { stop: 'closing' }), true, false).obstacle).toBe(
    'closing',
  )
  expect(offerOf(queue(undefined, undefined, { is_full: true }), true, false).obstacle).toBe('full')
})
