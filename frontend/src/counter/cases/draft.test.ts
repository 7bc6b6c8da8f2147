import { beforeEach, expect, test } from 'vitest'
import type { ServiceView } from '@/wire/wire.gen'
import {
  type CaseDraft,
  commandsOf,
  emptyDraft,
  keepCase,
  keptCase,
  missingOf,
  promisedBy,
  stepOf,
  toggled,
  withAll,
  withFacts,
} from './draft'

const text = (name: string) => ({ zh: name, en: name })
const material = (material_id: string, more: object = {}) => ({
  material_id,
  name: text(material_id),
  is_required: true,
  is_tolerable: false,
  copies: 1,
  source: null,
  takes_files: false,
  ...more,
})
const SERVICE: ServiceView = {
  service_id: 'PO-01',
  name: text('seal'),
  department_id: 'PO',
  department_name: text('office'),
  kind: 'immediate',
  limit_days: 0,
  summary: text(''),
  conditions: [],
  materials: [
    material('m1'),
    material('m2', { is_tolerable: true }),
    material('m3', { is_required: false }),
  ],
  steps: [],
  fee: text(''),
  result: text(''),
  place: text(''),
  hours: text(''),
  is_mine: true,
}
const DRAFT = emptyDraft('PO-01', 'id-1')
const TICKET = { day: '2026-11-23', ticket_id: 't1' }
const types = (commands: readonly { type: string }[]) => commands.map(({ type }) => type)

beforeEach(() => sessionStorage.clear())

test('what is missing is told in full, and what is not required is not missing', () => {
  expect(missingOf(SERVICE, DRAFT).map((one) => one.material_id)).toEqual(['m1', 'm2'])
  expect(stepOf(SERVICE, DRAFT)).toBe('tell')
  expect(commandsOf('tell', SERVICE, DRAFT, TICKET).at(-1)).toEqual({
    type: 'ask_correction',
    materials: ['m1', 'm2'],
    way: 'counter',
  })
})

test('an immediate matter with everything there is done in one step', () => {
  const all = withAll(SERVICE, DRAFT)
  expect(stepOf(SERVICE, all)).toBe('finish')
  expect(types(commandsOf('finish', SERVICE, all, TICKET))).toEqual([
    'open_case',
    'receive_forms',
    'decide_case',
    'notify_visitor',
    'deliver_result',
    'close_case',
  ])
})

test('a deferred matter is accepted, and so is one that waits for what was promised', () => {
  const deferred: ServiceView = { ...SERVICE, kind: 'deferred', limit_days: 5 }
  expect(stepOf(deferred, withAll(deferred, DRAFT))).toBe('accept')
  const promised = promisedBy(toggled(DRAFT, 'm1'), 'm2', '2026-11-30')
  expect(stepOf(SERVICE, promised)).toBe('accept')
  expect(commandsOf('accept', SERVICE, promised, TICKET)[1]).toEqual({
    type: 'receive_forms',
    handed_in: ['m1'],
    by_facts: [],
    promised: [{ material_id: 'm2', by_day: '2026-11-30' }],
    ticket: TICKET,
  })
})

test("what a fact stands for is ticked when it comes, and said to be nobody's paper", () => {
  const fact = {
    kind_id: 'contract',
    name: text('contract'),
    source: text('HR'),
    value: text('until 2028'),
    as_of: '2026-11-01',
    materials: ['m2'],
  }
  const known = withFacts(DRAFT, { facts: [fact], away: [] })
  const receive = (draft: CaseDraft) => commandsOf('finish', SERVICE, draft, TICKET)[1]
  expect(receive(withAll(SERVICE, known))).toMatchObject({
    handed_in: ['m1'],
    by_facts: ['m2'],
  })
  // What only some bring is ticked by itself.
  expect(receive(toggled(withAll(SERVICE, known), 'm3'))).toMatchObject({
    handed_in: ['m1', 'm3'],
  })
  expect(missingOf(SERVICE, known).map((one) => one.material_id)).toEqual(['m1'])
  const unticked = withFacts(toggled(known, 'm2'), { facts: [fact], away: [] })
  expect(receive(toggled(unticked, 'm1'))).toMatchObject({ handed_in: ['m1'], by_facts: [] })
})

test('what is handed in is promised no more, and a promise is taken back by no day', () => {
  const promised = promisedBy(DRAFT, 'm2', '2026-11-30')
  expect(toggled(promised, 'm2')).toEqual({ ...DRAFT, handedIn: ['m2'] })
  expect(promisedBy(promised, 'm2', '')).toEqual(DRAFT)
})

test('what was ticked is there after the page was loaded anew, until it is sent', () => {
  keepCase('t1', toggled(DRAFT, 'm1'))
  expect(keptCase('t1')).toEqual(toggled(DRAFT, 'm1'))
  expect(keptCase('t2')).toBeNull()
  keepCase('t1', null)
  expect(keptCase('t1')).toBeNull()
  sessionStorage.setItem('yizhan.counter.case.t3', '{')
  expect(keptCase('t3')).toBeNull()
})
