import { afterEach, describe, expect, it } from 'vitest'
import { caseAddress, placeInAddress } from './caseAddress'

describe('the address of a case', () => {
  afterEach(() => history.replaceState(null, '', '/'))

  it('names one case, a day of digests, or neither', () => {
    expect(caseAddress({ case: 'a:1' })).toBe('/ops/cases?case=a%3A1')
    expect(caseAddress({ digest: '2026-11-23' })).toBe('/ops/cases?digest=2026-11-23')
    expect(caseAddress(null)).toBe('/ops/cases')
  })

  it('stays in the hall', () => {
    history.replaceState(null, '', '/ops/audit?hall=east')
    expect(caseAddress({ case: 'a' })).toBe('/ops/cases?hall=east&case=a')
  })

  it('is read back as it was written', () => {
    for (const place of [{ case: 'a:1' }, { digest: '' }, { digest: '2026-11-23' }, null])
      expect(placeInAddress(caseAddress(place).split('?')[1] ?? '')).toEqual(place)
  })
})
