import { expect, test } from 'vitest'
import { digitTarget, typedNumber } from './choice'

test('digits_mean_the_choices_there_are_and_nothing_else', () => {
  const at = (key: string, code = '') => digitTarget({ key, code }, 4)
  expect(['1', '4', '5', '0', 'a', 'Enter'].map((key) => at(key))).toEqual([
    0,
    3,
    null,
    null,
    null,
    null,
  ])
  expect(at('Process', 'Digit2')).toBe(1)
  expect(at('Process', 'KeyA')).toBeNull()
})

test('counter_is_found_by_typing_its_number', () => {
  const labels = ['1', '2', '9', '11', '12', '31']
  const typing = (keys: string) =>
    [...keys].reduce((typed, key) => typedNumber({ key, code: '' }, typed, labels) ?? typed, '')
  expect(['1', '12', '9', '31', '912', '10', '1x'].map(typing)).toEqual([
    '1',
    '12',
    '9',
    '31',
    '12',
    '1',
    '1',
  ])
})
