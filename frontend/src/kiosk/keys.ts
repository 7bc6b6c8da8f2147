import type { KioskQueue } from '@/wire/wire.gen'
import type { Flow, Step } from './flow'

/** The step a key asks for: a queue by its letter, a service by its place; null for none. */
export function stepOf(key: string, flow: Flow, queues: readonly KioskQueue[]): Step | null {
  if (key === 'Escape') return { type: 'back' }
  switch (flow.step) {
    case 'choose': {
      const queue = queues.find(({ standing }) => standing.letter === key.toUpperCase())
      return queue ? { type: 'choose', queueId: queue.standing.queue_id } : null
    }
    case 'services': {
      if (key === 'Enter') return { type: 'take' }
      const queue = queues.find(({ standing }) => standing.queue_id === flow.queueId)
      const service = /^[1-9]$/.test(key) ? queue?.services[Number(key) - 1] : undefined
      return service ? { type: 'tick', serviceId: service.service_id } : null
    }
    case 'code':
      if (key === 'Enter') return { type: 'take' }
      if (key === 'Backspace') return { type: 'erase' }
      return /^[0-9A-Za-z]$/.test(key) ? { type: 'type', char: key } : null
    case 'ticket':
      return key === 'Enter' ? { type: 'home' } : null
    case 'taking':
      return null
    default:
      return flow.step satisfies never
  }
}
