import { expect, test } from 'vitest'
import type { AlertLine } from '@/wire/wire.gen'
import { alertWords } from './alerts'

const alert = (kind: AlertLine['kind'], value: number): AlertLine => ({
  alert_id: 'AL-1',
  kind,
  subject_id: 'A',
  name: { zh: '人事处', en: 'Human Resources' },
  value,
  raised_at: '2026-11-23T01:00:00Z',
  acknowledged_by: null,
  acknowledged_at: null,
  cleared_at: null,
})

test('alert_about_people_counts_people_and_one_about_time_minutes__AL1', () => {
  expect(alertWords(alert('queue_long', 21))).toEqual({ key: 'alert.queue_long', n: 21 })
  expect(alertWords(alert('oldest_long', 2_759))).toEqual({ key: 'alert.oldest_long', n: 45 })
})
