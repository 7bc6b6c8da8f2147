import { expect, test } from 'vitest'
import { missingOf, type TransferChoice, transferOf } from './choice'

const choice = (change: Partial<TransferChoice> = {}): TransferChoice => ({
  kind: 'queue',
  queueId: 'C',
  counterId: 'W05',
  clerk: ' W09 ',
  place: 'keep',
  reason: '走错窗口',
  ...change,
})

test('transfer_goes_to_exactly_one_target_whatever_else_was_chosen_before__TR1', () => {
  const rest = { place: 'keep', reason: '走错窗口' }
  expect(transferOf(choice())).toEqual({ to_queue_id: 'C', ...rest })
  expect(transferOf(choice({ kind: 'counter' }))).toEqual({ to_counter_id: 'W05', ...rest })
  expect(transferOf(choice({ kind: 'clerk' }))).toEqual({ to_clerk_id: 'w09', ...rest })
})

test('transfer_carries_its_place_and_its_reason_trimmed__TR1', () => {
  expect(transferOf(choice({ place: 'tail', reason: ' 换人办理 ' }))).toMatchObject({
    place: 'tail',
    reason: '换人办理',
  })
})

test.each([
  [{ queueId: null }, 'target'],
  [{ kind: 'counter', counterId: null }, 'target'],
  [{ kind: 'clerk', clerk: '  ' }, 'target'],
  [{ queueId: null, reason: '' }, 'target'],
  [{ reason: ' ' }, 'reason'],
] as const)('choice_with_%j_still_misses_its_%s', (change, missing) => {
  expect(missingOf(choice(change))).toBe(missing)
  expect(transferOf(choice(change))).toBeNull()
})

test('complete_choice_misses_nothing', () => {
  expect(missingOf(choice())).toBeNull()
})
