import { describe, expect, it } from 'vitest'
import { type Change, changesBetween, withChanges } from './diff'
import { copyOf, type Draft } from './draft'
import { smallPlan } from './fixtures'

type Edit = (plan: Draft) => unknown
const first = <T>(list: readonly T[]): T => {
  const [found] = list
  if (found === undefined) throw new Error('an empty list')
  return found
}

const EDITS: readonly [string, Edit, readonly Partial<Change>[]][] = [
  ['nothing', () => {}, []],
  ['another version', (plan) => Object.assign(plan, { version: 9 }), []],
  [
    'the queues of a window',
    (plan) => first(plan.counters).queue_ids.push('B'),
    [
      {
        kind: 'changed',
        path: ['counters', 'W01', 'queue_ids'],
        before: ['A'],
        after: ['A', 'B'],
      },
    ],
  ],
  [
    'a window put first',
    (plan) => plan.counters.unshift({ ...first(plan.counters), counter_id: 'W09', no: 9 }),
    [{ kind: 'added', path: ['counters', 'W09'] }],
  ],
  [
    'a window taken away',
    (plan) => plan.counters.splice(1, 1),
    [{ kind: 'removed', path: ['counters', 'W02'] }],
  ],
  [
    'another order',
    (plan) => plan.queues.reverse(),
    [{ kind: 'moved', path: ['queues'], before: ['A', 'B'], after: ['B', 'A'] }],
  ],
  [
    'a name in one language',
    (plan) => Object.assign(first(plan.zones).name, { en: 'East' }),
    [{ kind: 'changed', path: ['zones', 'Z1', 'name', 'en'], after: 'East' }],
  ],
  [
    'a number of a rule',
    (plan) => Object.assign(plan.rules, { undo_s: 5 }),
    [{ kind: 'changed', path: ['rules', 'undo_s'], before: 60, after: 5 }],
  ],
  [
    'hours of a weekday',
    (plan) => plan.hours.push({ weekday: 2, spans: [] }),
    [{ kind: 'added', path: ['hours', '2'] }],
  ],
  [
    'an entry of a timetable',
    (plan) =>
      first(plan.counters).timetable.push({
        from_minute: 840,
        serving: { queue_ids: ['B'], mode: 'strict', shares: [] },
      }),
    [{ kind: 'added', path: ['counters', 'W01', 'timetable', '840'] }],
  ],
  [
    'a rule',
    (plan) => Object.assign(plan, { rule: 'wait_min' }),
    [{ kind: 'changed', path: ['rule'], before: null, after: 'wait_min' }],
  ],
]

function edited(edit: Edit): Draft {
  const plan = smallPlan()
  edit(plan)
  return plan
}

describe('what differs between two plans', () => {
  it.each(EDITS)('is %s, by its id', (_name, edit, expected) => {
    const changes = changesBetween(smallPlan(), edited(edit))
    expect(changes).toHaveLength(expected.length)
    for (const [n, change] of expected.entries()) expect(changes[n]).toMatchObject(change)
  })

  it('is told where it lies within an entry of a timetable', () => {
    const entry = { from_minute: 840, serving: { queue_ids: ['B'], mode: 'strict', shares: [] } }
    const before = edited((plan) => first(plan.counters).timetable.push(copyOf(entry) as never))
    const after = copyOf(before)
    first(first(after.counters).timetable).serving.queue_ids.push('A')
    const [change] = changesBetween(before, after)
    expect(change?.path).toEqual(['counters', 'W01', 'timetable', '840', 'serving', 'queue_ids'])
  })
})

describe('changes made in a plan', () => {
  it.each(EDITS)('of %s give the plan that was edited', (_name, edit) => {
    const target = edited(edit)
    const made = withChanges(smallPlan(), changesBetween(smallPlan(), target))
    expect(changesBetween(made, target).filter((change) => change.kind !== 'moved')).toEqual([])
  })

  it('keep what another supervisor changed meanwhile', () => {
    const mine = changesBetween(
      smallPlan(),
      edited((plan) => first(plan.counters).queue_ids.push('B')),
    )
    const theirs = edited((plan) => {
      plan.counters.splice(2, 1)
      first(plan.zones).name.zh = '东厅'
    })
    const both = withChanges(theirs, mine)
    expect(first(both.counters).queue_ids).toEqual(['A', 'B'])
    expect(first(both.zones).name.zh).toBe('东厅')
    expect(both.counters.map((counter) => counter.counter_id)).toEqual(['W01', 'W02'])
    expect(theirs.counters).toHaveLength(2)
  })

  it('of what is there no more are left out', () => {
    const mine = changesBetween(
      smallPlan(),
      edited((plan) => first(plan.counters).queue_ids.push('B')),
    )
    const theirs = edited((plan) => plan.counters.splice(0, 1))
    expect(withChanges(theirs, mine)).toEqual(theirs)
  })
})
