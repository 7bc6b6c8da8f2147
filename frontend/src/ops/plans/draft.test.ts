import { describe, expect, it } from 'vitest'
import {
  addablePaper,
  addCounter,
  addEntry,
  addPaper,
  addQueue,
  clockOf,
  type DraftServing,
  LETTERS,
  minuteOf,
  movePaper,
  moveQueue,
  nextId,
  nextSpan,
  setHours,
  setMode,
  spansOf,
  toggleQueue,
} from './draft'
import { smallPlan } from './fixtures'

describe('a time of day', () => {
  it.each([
    ['8:30', 510],
    ['08:30', 510],
    ['0830', 510],
    ['8：30', 510],
    [' 24:00 ', 1440],
    ['00:00', 0],
    ['24:01', null],
    ['08:60', null],
    ['25:00', null],
    ['8', null],
    ['', null],
    ['noon', null],
  ])('%s is minute %s', (text, minute) => {
    expect(minuteOf(text)).toBe(minute)
  })

  it('is written with four digits, and read back', () => {
    expect(clockOf(545)).toBe('09:05')
    for (let minute = 0; minute <= 1440; minute += 7) expect(minuteOf(clockOf(minute))).toBe(minute)
  })
})

describe('a new thing', () => {
  it('has an id as the others have', () => {
    expect(nextId(['W01', 'W02'], 'W')).toBe('W03')
    expect(nextId(['W01', 'W03'], 'W')).toBe('W04')
    expect(nextId([], 'K')).toBe('K1')
    expect(nextId(['hall'], 'Z')).toBe('Z2')
  })

  it('that is a queue has the first free letter, none that is not allowed', () => {
    const plan = smallPlan()
    for (let n = plan.queues.length; n < LETTERS.length; n += 1) addQueue(plan)
    expect(plan.queues.map((queue) => queue.letter)).toEqual(LETTERS)
    for (const letter of 'IOQSU') expect(LETTERS).not.toContain(letter)
    addQueue(plan)
    expect(plan.queues[plan.queues.length - 1]?.letter).toBe('')
  })

  it('that is a window stands beside the last one and serves the same', () => {
    const plan = smallPlan()
    addCounter(plan)
    expect(plan.counters[3]).toMatchObject({ counter_id: 'W04', no: 4, queue_ids: ['B'] })
    plan.counters[3]?.queue_ids.push('A')
    expect(plan.counters[2]?.queue_ids).toEqual(['B'])
  })

  it('that is an entry of a timetable comes after the last one', () => {
    const plan = smallPlan()
    const [counter] = plan.counters
    if (!counter) throw new Error('no counter')
    addEntry(counter)
    addEntry(counter)
    const minutes = counter.timetable.map((entry) => entry.from_minute)
    expect(minutes[1]).toBeGreaterThan(minutes[0] ?? 0)
  })
})

describe('what a window serves (CL4)', () => {
  const serving = (): DraftServing => ({
    queue_ids: ['A', 'B', 'C'],
    mode: 'shares',
    shares: [1, 2, 3],
  })

  it('keeps one share for each queue, whatever is chosen and moved', () => {
    const found = serving()
    moveQueue(found, 0, 2)
    expect(found).toMatchObject({ queue_ids: ['B', 'C', 'A'], shares: [2, 3, 1] })
    toggleQueue(found, 'C')
    expect(found).toMatchObject({ queue_ids: ['B', 'A'], shares: [2, 1] })
    toggleQueue(found, 'D')
    expect(found).toMatchObject({ queue_ids: ['B', 'A', 'D'], shares: [2, 1, 1] })
    moveQueue(found, 0, -1)
    moveQueue(found, 2, 3)
    expect(found.queue_ids).toEqual(['B', 'A', 'D'])
  })

  it('has shares in that mode only', () => {
    const found = serving()
    setMode(found, 'strict')
    expect(found.shares).toEqual([])
    toggleQueue(found, 'D')
    expect(found.shares).toEqual([])
    setMode(found, 'shares')
    expect(found.shares).toEqual([1, 1, 1, 1])
  })
})

describe('hours', () => {
  it('of a weekday are listed in order, and not at all without any', () => {
    const plan = smallPlan()
    setHours(plan, 3, [{ opens: 0, closes: 60 }])
    setHours(plan, 2, [{ opens: 0, closes: 60 }])
    expect(plan.hours.map((hours) => hours.weekday)).toEqual([1, 2, 3])
    setHours(plan, 1, [])
    expect(plan.hours.map((hours) => hours.weekday)).toEqual([2, 3])
    expect(spansOf(plan, 1)).toEqual([])
  })

  it('go on after the stretch before, within the day', () => {
    const spans = [nextSpan([])]
    for (let n = 0; n < 3; n += 1) spans.push(nextSpan(spans))
    for (const span of spans) expect(span.closes).toBeGreaterThan(span.opens)
    expect(spans[spans.length - 1]?.closes).toBeLessThanOrEqual(1440)
  })
})

describe('the ticket (PR4)', () => {
  it('has each part once, but notes and lines as often as one likes', () => {
    const draft = smallPlan()
    expect(addablePaper(draft)).not.toContain('queue')
    addPaper(draft, 'note')
    addPaper(draft, 'code')
    expect(addablePaper(draft)).toContain('note')
    expect(addablePaper(draft)).not.toContain('code')
    expect(draft.paper[2]).toEqual({ kind: 'note', text: { zh: '', en: '' }, size: 'normal' })
  })

  it('moves a part within the ticket only', () => {
    const draft = smallPlan()
    movePaper(draft, 1, 0)
    movePaper(draft, 1, 2)
    movePaper(draft, 0, -1)
    expect(draft.paper.map((part) => part.kind)).toEqual(['number', 'queue'])
  })
})
