import { describe, expect, it } from 'vitest'
import type { FigureCell } from '@/wire/wire.gen'
import { changeOf, stepOf, tellCell, tellChange, tellValue } from './tell'

const cell = (more: Partial<FigureCell>): FigureCell => ({ value: null, n: 0, ...more })

describe('a figure', () => {
  it('has two decimals unless it is a count, and a dash without a denominator', () => {
    expect(tellValue(104460, 'count')).toBe('104,460')
    expect(tellValue(99.9, 'percent')).toBe('99.90%')
    expect(tellValue(1234.5, 'minutes')).toBe('1,234.50')
    expect(tellValue(null, 'percent')).toBe('—')
    expect(tellCell(cell({ is_kept_back: true }), 'count')).toBe('<5')
  })

  it('is compared in points when it is a share, else in percent', () => {
    expect(changeOf(cell({ value: 99, before: 98 }), 'percent')).toBe(1)
    expect(changeOf(cell({ value: 110, before: 100 }), 'count')).toBeCloseTo(10)
    expect(changeOf(cell({ value: 5, before: 0 }), 'count')).toBeNull()
    expect(changeOf(cell({ value: 5 }), 'percent')).toBeNull()
    expect(tellChange(-1.5, 'percent')).toBe('−1.50')
    expect(tellChange(12.34, 'count')).toBe('+12.3%')
  })

  it('has a step of colour by its share of the highest', () => {
    expect([null, 0, 1, 50, 100].map((value) => stepOf(value, 100))).toEqual([0, 0, 1, 3, 5])
  })
})
