import { describe, expect, it } from 'vitest'
import { queueOf } from './fixtures'
import { HITS_MAX, initialsOf, servicesFor } from './search'

describe('initials by pinyin', () => {
  it.each([
    ['户籍证明', 'HJZM'],
    ['校园卡补办', 'XYKBB'],
    ['阿坝州', 'ABZ'],
    ['二类', 'EL'],
    ['A类 VPN', 'AL VPN'],
    ['做座作', 'ZZZ'],
  ])('of %s are %s', (text, initials) => expect(initialsOf(text)).toBe(initials))
})

describe('looking for a service', () => {
  const queues = [
    queueOf('A', {
      services: [
        ['S1', '户籍证明', 'Proof of residence'],
        ['S2', '借用户口页', 'Booklet page'],
      ],
    }),
    queueOf('B', { services: [['S3', '校园卡补办', 'Card replacement']] }),
  ]
  const found = (typed: string) =>
    servicesFor(queues, typed).map(({ service }) => service.service_id)

  it('finds it by a part of its Chinese name, its English name or its initials', () => {
    expect(found('户')).toEqual(['S1', 'S2'])
    expect(found(' card rep')).toEqual(['S3'])
    expect(found('hjzm')).toEqual(['S1'])
    expect(found('ｘｙｋ')).toEqual(['S3'])
  })

  it('finds nothing for nothing, and nothing that is not there', () => {
    expect(found('  ')).toEqual([])
    expect(found('zzz')).toEqual([])
  })

  it('tells the queue of what it found', () => {
    expect(servicesFor(queues, 'card')[0]?.queue.standing.queue_id).toBe('B')
  })

  it('stops at what can be read', () => {
    const services = Array.from({ length: 60 }, (_, n): [string, string, string] => [
      `S${n}`,
      '事项',
      'x',
    ])
    expect(servicesFor([queueOf('A', { services })], '事')).toHaveLength(HITS_MAX)
  })
})
