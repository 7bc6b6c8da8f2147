import { expect, test } from 'vitest'
import type { Act, CaseMaterial } from '@/wire/wire.gen'
import { type ActDraft, commandOf, emptyDraft, lackOf, materialsFor, nameOf, usualOf } from './acts'

const act = (command: string, more: Partial<Act> = {}): Act => ({
  command,
  outcome: null,
  department_id: null,
  obstacle: null,
  ...more,
})
const material = (material_id: string, more: Partial<CaseMaterial> = {}): CaseMaterial => ({
  material_id,
  name: { zh: material_id, en: material_id },
  is_tolerable: false,
  is_handed_in: false,
  is_by_facts: false,
  promised_by: null,
  is_told: false,
  takes_files: false,
  ...more,
})
const MATERIALS = [
  material('m1', { is_handed_in: true }),
  material('m2'),
  material('m3', { is_tolerable: true }),
]
const with_ = (more: Partial<ActDraft>): ActDraft => ({ ...emptyDraft('grant', []), ...more })

test('an act is named by its command and outcome, and one from a newer server not at all', () => {
  expect(nameOf(act('decide_case', { outcome: 'granted' }))).toBe('grant')
  expect(nameOf(act('decide_case', { outcome: 'refused' }))).toBe('refuse')
  expect(nameOf(act('accept_case'))).toBe('accept_case')
  expect(nameOf(act('praise_case'))).toBeNull()
})

test('all that is missing is told at once, and only what is to come is supplied (CS1)', () => {
  expect(emptyDraft('ask_correction', MATERIALS).materials).toEqual(['m2', 'm3'])
  expect(materialsFor('ask_correction', MATERIALS)).toHaveLength(3)
  expect(materialsFor('supply_materials', MATERIALS).map((one) => one.material_id)).toEqual([
    'm2',
    'm3',
  ])
})

test('the usual act leads on: nothing is told that is not missing', () => {
  const offered = ['ask_correction', 'accept_case', 'hand_over', 'withdraw_case'] as const
  expect(usualOf(offered, MATERIALS)).toBe('ask_correction')
  expect(usualOf(offered, MATERIALS.slice(0, 1))).toBe('accept_case')
  expect(usualOf(['supply_materials', 'grant'], MATERIALS)).toBe('supply_materials')
  expect(usualOf(['supply_materials', 'grant'], MATERIALS.slice(0, 1))).toBe('grant')
  expect(usualOf(['hand_over', 'refuse'], MATERIALS)).toBeNull()
})

test('a form says what it lacks', () => {
  expect(lackOf('accept_case', with_({}))).toBeNull()
  expect(lackOf('ask_correction', with_({}))).toBe('materials')
  expect(lackOf('supply_materials', with_({ promised: { m3: '2026-12-01' } }))).toBeNull()
  expect(lackOf('supply_materials', with_({ promised: { m3: '' } }))).toBe('materials')
  expect(lackOf('receive_forms', with_({}))).toBeNull()
  expect(lackOf('suspend_case', with_({}))).toBe('suspension')
  expect(lackOf('hand_over', with_({ words: 'theirs' }))).toBe('target')
  expect(lackOf('hand_over', with_({ departmentId: 'FN', words: ' ' }))).toBe('words')
  expect(lackOf('ask_offices', with_({}))).toBe('offices')
  expect(lackOf('answer_for_office', with_({}))).toBe('answer')
  expect(lackOf('refuse', with_({}))).toBe('words')
  expect(lackOf('grant', with_({}))).toBeNull()
})

test('what is typed becomes the command', () => {
  const supplied = with_({ materials: ['m2'], promised: { m2: '2026-12-01', m3: '2026-12-02' } })
  expect(commandOf('supply_materials', act('supply_materials'), supplied)).toEqual({
    type: 'supply_materials',
    handed_in: ['m2'],
    promised: [{ material_id: 'm3', by_day: '2026-12-02' }],
  })
  const handed = with_({ departmentId: 'FN', words: ' theirs ' })
  expect(commandOf('hand_over', act('hand_over'), handed)).toEqual({
    type: 'hand_over',
    department_id: 'FN',
    staff_id: null,
    reason: 'theirs',
  })
  expect(commandOf('ask_offices', act('ask_offices'), with_({ offices: { FN: 3 } }))).toEqual({
    type: 'ask_offices',
    offices: [{ department_id: 'FN', limit_days: 3 }],
  })
  const answered = act('answer_for_office', { department_id: 'FN' })
  expect(commandOf('answer_for_office', answered, with_({ agrees: false, words: 'no' }))).toEqual({
    type: 'answer_for_office',
    department_id: 'FN',
    agrees: false,
    remark: 'no',
  })
  expect(commandOf('refuse', act('decide_case'), with_({ words: 'no' }))).toEqual({
    type: 'decide_case',
    outcome: 'refused',
    reason: 'no',
  })
})
