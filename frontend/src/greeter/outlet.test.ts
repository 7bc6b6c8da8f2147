import { describe, expect, it } from 'vitest'
import { lastOutlet, outletOf, rememberOutlet } from './outlet'

const kiosks = ['K1', 'K2'].map((kiosk_id) => ({
  kiosk_id,
  zone_id: 'Z1',
  zone_name: { zh: '一厅', en: 'Hall 1' },
}))

describe('where a ticket comes out', () => {
  it('is as chosen, as long as that kiosk is there', () => {
    expect(outletOf('K2', kiosks)).toBe('K2')
    expect(outletOf('screen', kiosks)).toBe('screen')
    expect(outletOf('K9', kiosks)).toBe('K1')
  })

  it('is the first kiosk, or the screen where there is none', () => {
    expect(outletOf(null, kiosks)).toBe('K1')
    expect(outletOf('K1', [])).toBe('screen')
  })

  it('is remembered', () => {
    rememberOutlet('K2')
    expect(lastOutlet()).toBe('K2')
  })
})
