import { expect, test } from 'vitest'
import {
  type Assignment,
  assignCommand,
  assignmentOf,
  earlier,
  toggled,
  withShare,
} from './assignment'
import { counter } from './fixtures'

const start: Assignment = { queueIds: ['A', 'B'], mode: 'strict', shares: { A: 1, B: 1 } }

test('assignment_begins_with_what_the_counter_serves__CL4', () => {
  const one = assignmentOf(counter({ queue_ids: ['A', 'C'], mode: 'shares', shares: [3, 1] }))
  expect(one).toEqual({ queueIds: ['A', 'C'], mode: 'shares', shares: { A: 3, C: 1 } })
})

test('queue_comes_last_when_chosen_and_goes_when_chosen_again', () => {
  expect(toggled(start, 'C').queueIds).toEqual(['A', 'B', 'C'])
  expect(toggled(start, 'A').queueIds).toEqual(['B'])
})

test('queue_moves_before_its_neighbour__CL4', () => {
  expect(earlier({ ...start, queueIds: ['A', 'B', 'C'] }, 'C').queueIds).toEqual(['A', 'C', 'B'])
  expect(earlier(start, 'A')).toBe(start)
})

test('shares_go_along_in_the_order_of_the_queues__CL4', () => {
  const shared = withShare({ ...start, mode: 'shares' }, 'B', 3)
  expect(assignCommand('W01', shared)).toEqual({
    type: 'assign_counter',
    counter_id: 'W01',
    queue_ids: ['A', 'B'],
    mode: 'shares',
    shares: [1, 3],
  })
  expect(assignCommand('W01', start)).toMatchObject({ mode: 'strict', shares: [] })
})

test.each([
  [0, 1],
  [Number.NaN, 1],
  [21, 20],
  [2.4, 2],
])('share_%d_is_kept_as_%d', (typed, kept) => {
  expect(withShare(start, 'A', typed).shares.A).toBe(kept)
})

test('without_a_queue_there_is_nothing_to_send', () => {
  expect(assignCommand('W01', { ...start, queueIds: [] })).toBeNull()
})
