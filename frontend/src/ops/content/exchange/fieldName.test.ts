import { describe, expect, it } from 'vitest'
import { fieldAt } from './fieldName'

describe('A place in a guide', () => {
  it('is counted from 1, as people count__CX2', () => {
    expect(fieldAt('/steps/29/zh')).toBe('steps[30].zh')
    expect(fieldAt('/fee/en')).toBe('fee.en')
    expect(fieldAt('/zone_id')).toBe('zone_id')
    expect(fieldAt('')).toBe('')
  })
})
