import { expect, test } from 'vitest'
import type { Plan } from '@/wire/wire.gen'
import { nameFor, placesOf, spokenFor } from './scope'

const name = { zh: '一区', en: 'Zone 1' }
const plan = {
  zones: [{ zone_id: 'Z1', name }],
  counters: [{ counter_id: 'W1', zone_id: 'Z1' }],
  kiosks: [
    { kiosk_id: 'K1', zone_id: 'Z1', printer_id: 'P1', reversed_cards: false },
    { kiosk_id: 'K2', zone_id: 'Z1', printer_id: 'P1', reversed_cards: false },
    { kiosk_id: 'K3', zone_id: 'Z9', printer_id: null, reversed_cards: false },
  ],
} as unknown as Plan

test('places_are_those_of_the_plan_and_a_printer_is_one_for_all_its_kiosks__EN1', () => {
  const places = placesOf(plan)
  expect(places.kiosk.map((one) => one.topic)).toEqual(['kiosk:K1', 'kiosk:K2', 'kiosk:K3'])
  expect(places.printer).toEqual([{ topic: 'printer:P1', id: 'P1', zone: name }])
  expect(places.voice).toEqual([{ topic: 'voice:Z1', id: 'Z1', zone: name }])
  expect(places.pad).toEqual([{ topic: 'pad:W1', id: 'W1', zone: name }])
  expect(places.board).toEqual([{ topic: 'board:Z1', id: 'Z1', zone: name }])
  expect(places.counter_screen).toEqual([{ topic: 'counter_screen:W1', id: 'W1', zone: name }])
  expect(places.kiosk[2]?.zone).toBeNull()
})

test('scope_is_told_by_kind', () => {
  expect(spokenFor(['voice:Z2', 'printer:P1', 'voice:Z1'])).toEqual([
    { kind: 'printer', ids: ['P1'] },
    { kind: 'voice', ids: ['Z2', 'Z1'] },
  ])
})

test('name_is_what_it_speaks_for_and_free', () => {
  expect(nameFor(['kiosk:K1', 'printer:P1'], [])).toBe('K1-P1')
  expect(nameFor(['voice:Z1', 'board:Z1'], [])).toBe('Z1')
  expect(nameFor(['kiosk:K1'], ['K1', 'K1-2'])).toBe('K1-3')
})
