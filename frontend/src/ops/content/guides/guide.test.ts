import { describe, expect, it } from 'vitest'
import {
  type FullGuide,
  type FullMaterial,
  firstFree,
  merged,
  nextMaterialId,
  wordsIn,
} from './guide'

const text = (zh: string) => ({ zh, en: '' })
const guide = (more: Partial<FullGuide>): FullGuide =>
  ({ fee: text('免费'), hours: text('全天'), phone: '1', steps: [], ...more }) as FullGuide
const material = (id: string) => ({ material_id: id }) as FullMaterial

describe('what two people typed at once', () => {
  const base = guide({})

  it('is kept whole where they changed different parts', () => {
    const found = merged(base, guide({ fee: text('十元') }), guide({ phone: '2' }))
    expect(found.guide).toEqual(guide({ fee: text('十元'), phone: '2' }))
    expect(found).toMatchObject({ taken: ['fee'], clashes: [] })
  })

  it('is told where both changed the same, and mine stays', () => {
    const found = merged(base, guide({ fee: text('十元') }), guide({ fee: text('五元') }))
    expect(found.guide.fee).toEqual(text('五元'))
    expect(found).toMatchObject({ taken: [], clashes: ['fee'] })
  })

  it('is no clash where both typed the same', () => {
    const same = guide({ steps: [text('领取')] })
    expect(merged(base, same, same).clashes).toEqual([])
  })
})

describe('ids', () => {
  it('of materials are none that any version has used', () => {
    expect(nextMaterialId(['m1', 'm3'], [material('m2')])).toBe('m4')
    expect(nextMaterialId([], [])).toBe('m1')
  })

  it('of questions are the first that is free', () => {
    expect(firstFree('q', new Set(['q1', 'q3']))).toBe('q2')
  })
})

it('words stand one a line, without blanks', () => {
  expect(wordsIn(' 公积金 \n\n housing fund\n')).toEqual(['公积金', 'housing fund'])
})
