import type { FoundTicket, GreeterTicket, KioskQueue } from '@/wire/wire.gen'

interface QueueWith {
  services?: [string, string, string][]
  channels?: KioskQueue['channels']
  classes?: KioskQueue['classes']
  standing?: Partial<KioskQueue['standing']>
}

/** A queue of that letter, for tests. */
export function queueOf(letter: string, given: QueueWith = {}): KioskQueue {
  return {
    standing: {
      queue_id: letter,
      name: { zh: `队列${letter}`, en: `Queue ${letter}` },
      zone_id: 'Z1',
      letter,
      waiting: 0,
      open_counters: 1,
      wait_min_s: 0,
      wait_max_s: 300,
      stop: null,
      is_full: false,
      ...given.standing,
    },
    channels: given.channels ?? ['card', 'anonymous'],
    classes: given.classes ?? ['ordinary', 'booked', 'care'],
    zone_name: { zh: '一厅', en: 'Hall 1' },
    services: (given.services ?? []).map(([service_id, zh, en]) => ({
      service_id,
      name: { zh, en },
    })),
  }
}

/** A ticket that was found, for tests. */
export function foundOf(
  given: Partial<GreeterTicket> = {},
  told: Partial<Omit<FoundTicket, 'ticket'>> = {},
): FoundTicket {
  return {
    ticket: {
      ticket_id: '20261123-A023',
      number: 'A023',
      queue_id: 'A',
      queue_name: { zh: '队列A', en: 'Queue A' },
      ticket_class: 'ordinary',
      channel: 'anonymous',
      state: 'waiting',
      issued_at: '2026-11-23T01:00:00Z',
      passed_at: null,
      counter_no: null,
      returns_left: 2,
      can_delay: true,
      ...given,
    },
    zone_name: { zh: '一厅', en: 'Hall 1' },
    service_names: [],
    ahead: 2,
    wait_min_s: 300,
    wait_max_s: 600,
    called_at: null,
    ...told,
  }
}
