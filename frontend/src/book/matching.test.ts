import { expect, test } from 'vitest'
import { matching } from './matching'

const service = (service_id: string, zh: string, en: string, also = '') => ({
  service_id,
  name: { zh, en },
  queue_name: { zh: '', en: '' },
  also,
})
const ALL = [
  service('HR-01', '入职报到', 'Onboarding', '在职证明'),
  service('HR-02', '在职证明', 'Certificate of Employment', '工作证明 proof of work'),
]

const ids = (typed: string): string[] => matching(ALL, typed).map((one) => one.service_id)

test('names_come_before_other_words', () => {
  expect(ids('')).toEqual(['HR-01', 'HR-02'])
  expect(ids('在职证明')).toEqual(['HR-02', 'HR-01'])
  expect(ids('certificate')).toEqual(['HR-02'])
  expect(ids(' Proof  WORK ')).toEqual(['HR-02'])
  expect(ids('ｈｒ-01')).toEqual(['HR-01'])
  expect(ids('nothing')).toEqual([])
})
