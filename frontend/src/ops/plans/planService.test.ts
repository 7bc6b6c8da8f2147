import { describe, expect, it } from 'vitest'
import { smallPlan } from './fixtures'
import { putService } from './planService'

const made = { service_id: 'NEW-01', name: { zh: '新事项', en: 'New' } }

describe('a service that is put into the plan', () => {
  it('comes last, and somebody is to choose its queue', () => {
    const plan = smallPlan()
    expect(putService(plan, made)).toBe(1)
    expect(plan.services[1]).toEqual({ ...made, queue_id: '' })
  })

  it('is found where it is already, and nothing changes', () => {
    const plan = smallPlan()
    const before = JSON.stringify(plan)
    const there = plan.services[0]?.service_id ?? ''
    expect(putService(plan, { ...made, service_id: there })).toBe(0)
    expect(JSON.stringify(plan)).toBe(before)
  })
})
