import type { KioskQueue } from '@/wire/wire.gen'

/** The parts of the desk that a visitor can be helped in. */
export const TABS = ['take', 'check_in', 'passed', 'recent'] as const
export type Tab = (typeof TABS)[number]

/** What a key asks of the desk. */
export type Intent =
  | { type: 'queue'; queueId: string }
  | { type: 'service'; place: number }
  | { type: 'take' }
  | { type: 'care' }
  | { type: 'screen' }
  | { type: 'services' }
  | { type: 'find' }
  | { type: 'tab'; tab: Tab }
  | { type: 'help' }
  | { type: 'dismiss' }

/** Letters that name no queue (TK1), so that all others are left to the queues. */
export const CAPS = {
  services: 'S',
  care: 'U',
  screen: 'Q',
  check_in: 'I',
  passed: 'O',
  find: '/',
  take: 'Enter',
  help: '?',
} as const

/** What the key asks for at the desk; null for none. */
export function intentOf(key: string, queues: readonly KioskQueue[]): Intent | null {
  switch (key.toUpperCase()) {
    case 'ESCAPE':
      return { type: 'dismiss' }
    case 'ENTER':
      return { type: 'take' }
    case CAPS.help:
      return { type: 'help' }
    case CAPS.find:
      return { type: 'find' }
    case CAPS.services:
      return { type: 'services' }
    case CAPS.care:
      return { type: 'care' }
    case CAPS.screen:
      return { type: 'screen' }
    case CAPS.check_in:
      return { type: 'tab', tab: 'check_in' }
    case CAPS.passed:
      return { type: 'tab', tab: 'passed' }
  }
  if (/^[1-9]$/.test(key)) return { type: 'service', place: Number(key) - 1 }
  const queue = queues.find(({ standing }) => standing.letter === key.toUpperCase())
  return queue === undefined ? null : { type: 'queue', queueId: queue.standing.queue_id }
}
