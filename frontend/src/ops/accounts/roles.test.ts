import { expect, test } from 'vitest'
import { sensible } from './roles'

const clerk = { role: 'clerk', hall_id: 'main', department_id: ' HR ', queue_id: '' }

test('grant_loses_limits_that_mean_nothing_for_its_role__AC4', () => {
  expect(sensible(clerk)).toEqual({ ...clerk, department_id: 'HR', queue_id: null })
  expect(sensible({ ...clerk, role: 'auditor', queue_id: 'A' })).toEqual({
    role: 'auditor',
    hall_id: 'main',
    department_id: null,
    queue_id: null,
  })
  expect(sensible({ ...clerk, hall_id: null, queue_id: 'A' })).toEqual({
    role: 'clerk',
    hall_id: null,
    department_id: null,
    queue_id: null,
  })
})
