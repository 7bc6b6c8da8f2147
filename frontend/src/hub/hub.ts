import type { InjectionKey, ShallowRef } from 'vue'
import { inject, shallowReactive, shallowReadonly, shallowRef } from 'vue'
import type { Do, ErrorCode, RefusalCode, Result, ServerMessage, Show } from '@/wire/wire.gen'
import { RETRY_AFTER_S } from '@/wire/wire.gen'
import { newCommandId } from './ids'
import type { LinkOptions, LinkPhase } from './link'
import { Link } from './link'
import type { Topic, ViewOf } from './topics'

/** A command without an answer by then has failed for whoever waits (I20). */
export const ANSWER_MAX_MS = 10_000
/** How soon a topic is asked for again that the hub could not show. */
export const REWATCH_AFTER_MS = 5_000

export type Command = Do['command']

/** What the hub made of a command. */
export type Outcome =
  | { type: 'done'; seq: number; result: Result }
  | { type: 'refused'; code: RefusalCode }

/** The command got no answer, or could not be taken; it may be repeated with the same id. */
export class CommandError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

/** How the connection stands. */
export interface HubStatus {
  readonly phase: LinkPhase
  /** Why the hub does not want us back; null unless `refused`. */
  readonly closeCode: number | null
  /** Nothing was heard for 10 s: what is shown may no longer be true (I10). */
  readonly isStale: boolean
  /** When something was last heard, in ms of this device's clock; null unless stale. */
  readonly staleSince: number | null
  /** Add to this device's clock to get the hub's, in ms. */
  readonly clockOffset: number
}

export interface Watcher<V> {
  /** `show` says as of when. */
  onView(view: V, show: Show): void
  /** The hub cannot show the topic, for now; a view may still follow. */
  onFault?(code: ErrorCode): void
}

export interface Hub {
  readonly status: HubStatus
  /** The hall we are connected to; null before that is known. */
  readonly hallId: Readonly<ShallowRef<string | null>>
  /** Show every view of `topic`, beginning with the one held, until the returned stop is called. */
  watch<T extends Topic>(topic: T, watcher: Watcher<ViewOf<T>>): () => void
  /**
   * Send a command; resolves when the hub has recorded or refused it.
   *
   * Repeating with the same `id` has one effect (I7).  Rejects with a CommandError.
   */
  do(command: Command, id?: string): Promise<Outcome>
  /** Connect anew, after a sign-in or a sign-out. */
  reconnect(): void
  close(): void
}

export interface HubOptions {
  place: LinkOptions['place']
}

interface Watched {
  readonly watchers: Set<Watcher<never>>
  show: Show | null
  fault: ErrorCode | null
  retryTimer: ReturnType<typeof setTimeout> | undefined
}

interface Pending {
  readonly message: Do
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: CommandError) => void
  readonly limitTimer: ReturnType<typeof setTimeout>
  repeatTimer: ReturnType<typeof setTimeout> | undefined
}

/** The page's one way to the hub; it connects with the first watch or command. */
export function createHub(options: HubOptions): Hub {
  const status = shallowReactive<{ -readonly [K in keyof HubStatus]: HubStatus[K] }>({
    phase: 'idle',
    closeCode: null,
    isStale: false,
    staleSince: null,
    clockOffset: 0,
  })
  const hallId = shallowRef<string | null>(null)
  const topics = new Map<string, Watched>()
  const commands = new Map<string, Pending>()

  const link = new Link({
    place: async () => {
      const place = await options.place()
      hallId.value = place.hallId
      return place
    },
    events: {
      onPhase(phase, closeCode) {
        status.phase = phase
        status.closeCode = closeCode
      },
      onStale(isStale, lastHeardMs) {
        status.isStale = isStale
        status.staleSince = isStale ? lastHeardMs : null
      },
      onOpen() {
        for (const topic of topics.keys()) link.send({ type: 'watch', topic })
        for (const pending of commands.values()) link.send(pending.message)
      },
      onMessage,
    },
  })

  function onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'show':
        onShow(message)
        return
      case 'done':
        settle(message.id)?.resolve({ type: 'done', seq: message.seq, result: message.result })
        return
      case 'refused':
        settle(message.id)?.resolve({ type: 'refused', code: message.code })
        return
      case 'pong':
        status.clockOffset = Date.parse(message.at) - Date.now()
        return
      case 'error':
        if (message.id !== null) onCommandFault(message.id, message.code)
        else if (message.topic !== null) onTopicFault(message.topic, message.code)
        return
      default:
        message satisfies never // a newer hub may say more than we know
    }
  }

  function onShow(show: Show): void {
    const watched = topics.get(show.topic)
    if (!watched) return
    const held = watched.show
    if (held && held.epoch === show.epoch && show.seq < held.seq) return // never go back (I10)
    clearTimeout(watched.retryTimer)
    watched.show = show
    watched.fault = null
    for (const watcher of watched.watchers) watcher.onView(show.view as never, show)
  }

  function onTopicFault(topic: string, code: ErrorCode): void {
    const watched = topics.get(topic)
    if (!watched) return
    watched.fault = code
    for (const watcher of watched.watchers) watcher.onFault?.(code)
    clearTimeout(watched.retryTimer)
    watched.retryTimer = setTimeout(() => link.send({ type: 'watch', topic }), REWATCH_AFTER_MS)
  }

  function onCommandFault(id: string, code: ErrorCode): void {
    const pending = commands.get(id)
    const waitS = RETRY_AFTER_S[code]
    if (!waitS || !pending) {
      settle(id)?.reject(new CommandError(code))
      return
    }
    clearTimeout(pending.repeatTimer)
    const waitMs = waitS * 1_000 * (0.5 + Math.random()) // not all at once
    pending.repeatTimer = setTimeout(() => link.send(pending.message), waitMs)
  }

  /** Take the waiting command off the list; null when nobody waits for it any more. */
  function settle(id: string): Pending | null {
    const pending = commands.get(id)
    if (!pending) return null
    commands.delete(id)
    clearTimeout(pending.limitTimer)
    clearTimeout(pending.repeatTimer)
    return pending
  }

  return {
    status: shallowReadonly(status),
    hallId,
    watch(topic, watcher) {
      let watched = topics.get(topic)
      if (!watched) {
        watched = { watchers: new Set(), show: null, fault: null, retryTimer: undefined }
        topics.set(topic, watched)
        link.start()
        link.send({ type: 'watch', topic })
      }
      const entry = watched
      entry.watchers.add(watcher)
      if (entry.show) watcher.onView(entry.show.view as never, entry.show)
      if (entry.fault) watcher.onFault?.(entry.fault)
      return () => {
        entry.watchers.delete(watcher)
        if (entry.watchers.size > 0 || topics.get(topic) !== entry) return
        clearTimeout(entry.retryTimer)
        topics.delete(topic)
        link.send({ type: 'unwatch', topic })
      }
    },
    do(command, id = newCommandId()) {
      return new Promise((resolve, reject) => {
        const message: Do = { type: 'do', id, command }
        const giveUp = (): void => settle(id)?.reject(new CommandError('unavailable'))
        const limitTimer = setTimeout(giveUp, ANSWER_MAX_MS)
        commands.set(id, { message, resolve, reject, limitTimer, repeatTimer: undefined })
        link.start()
        link.send(message)
      })
    },
    reconnect: () => link.restart(),
    close() {
      link.stop()
      for (const watched of topics.values()) clearTimeout(watched.retryTimer)
      topics.clear()
      for (const id of [...commands.keys()]) settle(id)?.reject(new CommandError('unavailable'))
    },
  }
}

export const hubKey: InjectionKey<Hub> = Symbol('hub')

/** The hub that the page was started with. */
export function useHub(): Hub {
  const hub = inject(hubKey)
  if (!hub) throw new Error('the page was started without a hub')
  return hub
}
