import { describe, expect, it } from 'vitest'
import type { GreeterView } from '@/wire/wire.gen'
import { queueOf } from './fixtures'
import { issuedOf } from './issued'

const view = { queues: [queueOf('A')] } as unknown as GreeterView
const result = { ticket_id: 'd-A001', number: 'A001', token: 'secret', queue_id: 'A', ahead: 3 }

describe('a number just taken', () => {
  it('tells the visitor where, and which paper is its first', () => {
    expect(issuedOf(result, view, 'care', 'K1')).toMatchObject({
      number: 'A001',
      jobId: 'd-A001-1',
      ticketClass: 'care',
      ahead: 3,
      waitMinS: null,
      zoneName: { zh: '一厅' },
    })
  })

  it('is nothing without a number, or of a queue that is gone', () => {
    expect(issuedOf({}, view, 'care', 'K1')).toBeNull()
    expect(issuedOf({ ...result, queue_id: 'B' }, view, 'care', null)).toBeNull()
  })
})
