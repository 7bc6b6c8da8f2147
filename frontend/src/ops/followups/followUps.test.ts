import { expect, test } from 'vitest'
import type { FollowUp, FollowUpState, FollowUpView } from '@/wire/wire.gen'
import { actsOf, keyOf } from './followUps'

const APPEALED = { by: 'manager', at: '2026-11-20T09:00:00Z', reason: 'another window' }
const BOTH = ['write:follow_up', 'write:appeal']

function view(state: FollowUpState, more: Partial<FollowUp> = {}): FollowUpView {
  const rating = {
    day: '2026-11-20',
    ticket_id: 't1',
    number: 'A001',
    queue_id: 'A',
    service_ids: [],
    counter_id: 'W1',
    level: 1,
    tags: [],
    comment: '',
    evaluated_at: '2026-11-20T08:00:00Z',
  }
  return {
    follow_up: {
      rating,
      call_back_by: '2026-11-23T09:30:00Z',
      answer_by: '2026-12-11T09:30:00Z',
      called_back: null,
      answered: null,
      rated_again: null,
      appealed: null,
      ruled: null,
      is_flagged: false,
      ...more,
    },
    state,
    late: 'none',
  }
}

test('what is next comes first, and an appeal is open to whoever may', () => {
  expect(keyOf(view('call_back'))).toBe('2026-11-20 t1')
  expect(actsOf(view('call_back'), BOTH)).toEqual(['call_back', 'appeal'])
  expect(actsOf(view('answer'), BOTH)).toEqual(['answer_rating', 'appeal'])
  expect(actsOf(view('rate_again'), ['write:follow_up'])).toEqual([])
  expect(actsOf(view('call_back'), ['write:appeal'])).toEqual(['appeal'])
  expect(actsOf(view('call_back'), [])).toEqual([])
})

test('an appeal is decided once, and an excluded rating is left alone', () => {
  const open = view('call_back', { appealed: APPEALED })
  expect(actsOf(open, BOTH)).toEqual(['call_back', 'rule_appeal'])
  const ruled = { ...APPEALED, is_excluded: false }
  expect(actsOf(view('answer', { appealed: APPEALED, ruled }), BOTH)).toEqual(['answer_rating'])
  expect(actsOf(view('excluded', { appealed: APPEALED, ruled }), BOTH)).toEqual([])
})

test('a flagged rating is decided on without an appeal, once', () => {
  const flagged = { is_flagged: true }
  expect(actsOf(view('check', flagged), ['write:follow_up'])).toEqual(['rule_appeal'])
  const ruled = { ...APPEALED, is_excluded: false }
  expect(actsOf(view('closed', { ...flagged, ruled }), ['write:follow_up'])).toEqual([])
})
