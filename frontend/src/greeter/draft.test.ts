import { describe, expect, it } from 'vitest'
import {
  type Draft,
  EMPTY,
  isCareOff,
  obstacleOf,
  SCREEN,
  SERVICES_MAX,
  takeTicket,
  withQueue,
  withService,
} from './draft'
import { queueOf } from './fixtures'

const chosen: Draft = { ...EMPTY, queueId: 'A', serviceIds: ['S1'] }

describe('choosing', () => {
  it('takes several services of one queue and lets them go again', () => {
    const two = withService(chosen, 'A', 'S2')
    expect(two.serviceIds).toEqual(['S1', 'S2'])
    expect(withService(two, 'A', 'S1').serviceIds).toEqual(['S2'])
  })

  it('begins anew with a service of another queue, keeping card and care', () => {
    const visitor = { ...chosen, card: 'CAFE', isCare: true }
    expect(withService(visitor, 'B', 'S3')).toEqual({
      queueId: 'B',
      serviceIds: ['S3'],
      card: 'CAFE',
      isCare: true,
    })
    expect(withQueue(visitor, 'B').serviceIds).toEqual([])
    expect(withQueue(visitor, 'A')).toBe(visitor)
  })

  it('takes no more services than one ticket holds', () => {
    const full = { ...chosen, serviceIds: Array.from({ length: SERVICES_MAX }, (_, n) => `S${n}`) }
    expect(withService(full, 'A', 'more')).toBe(full)
    expect(withService(full, 'A', 'S0').serviceIds).toHaveLength(SERVICES_MAX - 1)
  })
})

describe('the command', () => {
  it('names the services if there are any, else the queue', () => {
    expect(takeTicket(chosen, queueOf('A'), 'K1')).toEqual({
      type: 'take_ticket',
      channel: 'anonymous',
      service_ids: ['S1'],
      ticket_class: 'ordinary',
      kiosk_id: 'K1',
      print: true,
    })
    expect(takeTicket({ ...EMPTY, queueId: 'A' }, queueOf('A'), 'K1').queue_id).toBe('A')
  })

  it('prints nowhere for the screen, so that no kiosk is held up', () => {
    const asked = takeTicket(chosen, queueOf('A'), SCREEN)
    expect(asked.print).toBe(false)
    expect(asked).not.toHaveProperty('kiosk_id')
  })

  it('goes by the card only where the queue takes cards', () => {
    const carded = { ...chosen, card: 'CAFE' }
    expect(takeTicket(carded, queueOf('A'), 'K1')).toMatchObject({ channel: 'card', card: 'CAFE' })
    const anonymous = takeTicket(carded, queueOf('A', { channels: ['anonymous'] }), 'K1')
    expect(anonymous.channel).toBe('anonymous')
    expect(anonymous).not.toHaveProperty('card')
  })

  it('asks for care only where the queue has it', () => {
    const care = { ...chosen, isCare: true }
    expect(takeTicket(care, queueOf('A'), 'K1').ticket_class).toBe('care')
    const plain = queueOf('A', { classes: ['ordinary'] })
    expect(takeTicket(care, plain, 'K1').ticket_class).toBe('ordinary')
    expect(isCareOff(care, plain)).toBe(true)
    expect(isCareOff(care, queueOf('A'))).toBe(false)
  })
})

describe('what stands in the way', () => {
  it('is told before anything is sent', () => {
    expect(obstacleOf(EMPTY, null)).toBe('no_queue')
    expect(obstacleOf(chosen, queueOf('A'))).toBeNull()
    expect(obstacleOf(chosen, queueOf('A', { standing: { stop: 'staff' } }))).toBe('staff')
    expect(obstacleOf(chosen, queueOf('A', { standing: { is_full: true } }))).toBe('full')
    expect(obstacleOf(chosen, queueOf('A', { channels: ['card'] }))).toBe('card_needed')
    expect(obstacleOf({ ...chosen, card: 'CAFE' }, queueOf('A', { channels: ['card'] }))).toBeNull()
    expect(obstacleOf(chosen, queueOf('A', { channels: ['remote'] }))).toBe('elsewhere')
  })
})
