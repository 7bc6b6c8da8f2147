import { describe, expect, it } from 'vitest'
import { queueOf } from './fixtures'
import { CAPS, intentOf } from './keys'

const queues = [queueOf('A'), queueOf('B')]

describe('a key at the desk', () => {
  it('chooses a queue by its letter, in either case', () => {
    expect(intentOf('b', queues)).toEqual({ type: 'queue', queueId: 'B' })
    expect(intentOf('A', queues)).toEqual({ type: 'queue', queueId: 'A' })
    expect(intentOf('Z', queues)).toBeNull()
  })

  it('chooses a service by its place', () => {
    expect(intentOf('1', queues)).toEqual({ type: 'service', place: 0 })
    expect(intentOf('9', queues)).toEqual({ type: 'service', place: 8 })
    expect(intentOf('0', queues)).toBeNull()
  })

  it('never takes a letter that could be a queue (TK1)', () => {
    const letters = Object.values(CAPS).filter((cap) => /^[A-Z]$/.test(cap))
    expect(letters.every((letter) => 'IOQSU'.includes(letter))).toBe(true)
  })

  it('says what to do by its cap', () => {
    expect(intentOf('s', queues)).toEqual({ type: 'services' })
    expect(intentOf('U', queues)).toEqual({ type: 'care' })
    expect(intentOf('q', queues)).toEqual({ type: 'screen' })
    expect(intentOf('i', queues)).toEqual({ type: 'tab', tab: 'check_in' })
    expect(intentOf('o', queues)).toEqual({ type: 'tab', tab: 'passed' })
    expect(intentOf('/', queues)).toEqual({ type: 'find' })
    expect(intentOf('Enter', queues)).toEqual({ type: 'take' })
    expect(intentOf('Escape', queues)).toEqual({ type: 'dismiss' })
    expect(intentOf('?', queues)).toEqual({ type: 'help' })
  })
})
