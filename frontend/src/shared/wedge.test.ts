import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWedge, UID_MAX, WEDGE_MS } from './wedge'

const cards: string[] = []
const keys: string[] = []
let unreadable = 0
const wedge = () =>
  createWedge({
    card: (uid) => void cards.push(uid),
    key: (key) => void keys.push(key),
    unreadable: () => void unreadable++,
  })

/** Press the keys `gap` ms apart, with the clock running; true when the last one was taken. */
function type(into: ReturnType<typeof wedge>, text: readonly string[], gap: number): boolean {
  let isTaken = false
  for (const key of text) {
    isTaken = into.press(key, Date.now())
    vi.advanceTimersByTime(gap)
  }
  return isTaken
}

beforeEach(() => {
  cards.length = 0
  keys.length = 0
  unreadable = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('fast_number_with_enter_is_a_card_and_no_key', () => {
  expect(type(wedge(), [...'04A2B3C4', 'Enter'], 10)).toBe(true)
  vi.runAllTimers()
  expect(cards).toEqual(['04A2B3C4'])
  expect(keys).toEqual([])
})

test('number_typed_slowly_is_keys_and_no_card', () => {
  expect(type(wedge(), [...'0412', 'Enter'], WEDGE_MS + 1)).toBe(false)
  expect(cards).toEqual([])
  expect(keys).toEqual(['0', '4', '1', '2', 'Enter'])
})

test('number_that_takes_longer_than_the_limit_is_no_card', () => {
  expect(type(wedge(), [...'0412345678', 'Enter'], 40)).toBe(true)
  vi.runAllTimers()
  expect(cards).toEqual([])
  expect(keys).toEqual([])
  expect(unreadable).toBe(1)
})

test('limit_counts_from_the_first_character_to_enter', () => {
  type(wedge(), [...'0412345', 'Enter'], WEDGE_MS / 7)
  expect(cards).toEqual(['0412345'])
})

test.each([60, 80, 120, 200])('code_typed_at_%i_ms_a_key_is_keys_in_order', (gap) => {
  type(wedge(), [...'K7M2P9QRST', 'Enter'], gap)
  vi.runAllTimers()
  expect(keys.join(' ')).toBe('K 7 M 2 P 9 Q R S T Enter')
  expect(cards).toEqual([])
  expect(unreadable).toBe(0)
})

test('pair_of_keys_pressed_almost_at_once_is_still_typed', () => {
  const typed = wedge()
  for (const [key, at] of [...'K7M2P9'].map((key, n) => [key, 80 * n - (n % 2) * 60] as const)) {
    vi.setSystemTime(at)
    typed.press(key, at)
  }
  vi.runAllTimers()
  expect(keys.join('')).toBe('K7M2P9')
  expect(unreadable).toBe(0)
})

test('single_letter_is_a_key_once_it_cannot_be_a_card_any_more', () => {
  wedge().press('A', Date.now())
  vi.advanceTimersByTime(WEDGE_MS)
  expect(keys).toEqual([])
  vi.advanceTimersByTime(1)
  expect(keys).toEqual(['A'])
})

test('letter_and_quick_enter_are_two_keys', () => {
  expect(type(wedge(), ['A', 'Enter'], 50)).toBe(false)
  expect(keys).toEqual(['A', 'Enter'])
})

test('half_a_card_without_enter_is_dropped', () => {
  type(wedge(), [...'04A2B3'], 5)
  vi.runAllTimers()
  expect(cards).toEqual([])
  expect(unreadable).toBe(1)
  expect(keys).toEqual([])
})

test('endless_burst_is_no_card', () => {
  type(wedge(), [...'1'.repeat(UID_MAX + 1), 'Enter'], 1)
  expect(cards).toEqual([])
  expect(unreadable).toBe(1)
})

test('two_cards_in_a_row_are_two_cards', () => {
  const both = wedge()
  type(both, [...'11112222', 'Enter', ...'33334444', 'Enter'], 5)
  expect(cards).toEqual(['11112222', '33334444'])
})

test('shift_between_the_characters_does_not_end_a_card', () => {
  type(wedge(), ['0', '4', 'Shift', 'A', '2', 'Enter'], 5)
  expect(cards).toEqual(['04A2'])
})

test('separators_are_part_of_a_card_but_begin_none', () => {
  type(wedge(), [...'04:A2:B3-C4 D5', 'Enter'], 5)
  expect(cards).toEqual(['04:A2:B3-C4 D5'])
  type(wedge(), [':', ' '], 5)
  expect(keys).toEqual([':', ' '])
})

test('card_after_a_misread_one_is_read', () => {
  const again = wedge()
  type(again, [...'04A2'], 5)
  vi.runAllTimers()
  expect(unreadable).toBe(1)
  type(again, [...'04A2B3C4', 'Enter'], 5)
  expect(cards).toEqual(['04A2B3C4'])
  expect(unreadable).toBe(1)
})
