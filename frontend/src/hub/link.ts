import type { ClientMessage, ServerMessage } from '@/wire/wire.gen'
import { CLOSE_RULES } from '@/wire/wire.gen'

/** How often we ask the hub whether it is there. */
export const PING_EVERY_MS = 5_000
/** Silence after which a connection counts as broken and what is shown as stale (I10). */
export const SILENCE_MAX_MS = 10_000
/** A connection that is not up by then is tried anew. */
export const CONNECT_MAX_MS = 4_000
/** First wait before trying again; it doubles with every attempt. */
export const BACKOFF_FIRST_MS = 300
/** Longest wait before trying again. */
export const BACKOFF_MAX_MS = 5_000
/** A connection that lasted this long was a good one: the next wait is short again. */
export const STEADY_MS = 5_000
/** After waking, an answer must come within this time, else the connection is replaced. */
export const WAKE_ANSWER_MS = 1_000
/** How often it is looked whether the device slept; most devices say so, some do not. */
export const TICK_MS = 1_000
/** By how much the clock goes on between two looks, at least, while a device sleeps. */
export const SLEPT_MS = 3_000

const PROTOCOL = 'yizhan.v1'
/** The page named a hall or ticket that does not exist; used when that shows before connecting. */
const CLOSE_UNKNOWN = 4404

/** Where to connect, and as whom. */
export interface Place {
  hallId: string
  /** A device's token; people are known by their session cookie. */
  token: string | null
}

/** Thrown by a `place` that knows there is nothing to connect to: trying again is of no use. */
export class NoSuchPlace extends Error {}

/** `refused`: the hub does not want us back until a person acts; `closeCode` says why. */
export type LinkPhase = 'idle' | 'connecting' | 'open' | 'refused'

export interface LinkEvents {
  onPhase(phase: LinkPhase, closeCode: number | null): void
  onOpen(): void
  onMessage(message: ServerMessage): void
  /** Nothing was heard for SILENCE_MAX_MS (true), or something was again (false). */
  onStale(isStale: boolean, lastHeardMs: number): void
}

export interface LinkOptions {
  place: () => Promise<Place>
  events: LinkEvents
}

/** One connection to the hub that comes back by itself; start it with `start`. */
export class Link {
  private readonly place: () => Promise<Place>
  private readonly events: LinkEvents
  private phase: LinkPhase = 'idle'
  private socket: WebSocket | null = null
  private known: Place | null = null
  /** Grows with every try; whatever belongs to an earlier one is ignored. */
  private round = 0
  private attempts = 0
  private dialedMs = 0
  private openedMs = 0
  private lastHeardMs = 0
  private isStale = false
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private connectTimer: ReturnType<typeof setTimeout> | undefined
  private silenceTimer: ReturnType<typeof setTimeout> | undefined
  private staleTimer: ReturnType<typeof setTimeout> | undefined
  private wakeTimer: ReturnType<typeof setTimeout> | undefined
  private pingTimer: ReturnType<typeof setInterval> | undefined
  private sleepTimer: ReturnType<typeof setInterval> | undefined
  private tickedMs = 0

  constructor(options: LinkOptions) {
    this.place = options.place
    this.events = options.events
  }

  /** Connect, unless that has begun. */
  start(): void {
    if (this.phase !== 'idle') return
    this.lastHeardMs = this.tickedMs = Date.now()
    this.pingTimer = setInterval(() => this.ping(), PING_EVERY_MS)
    this.sleepTimer = setInterval(() => this.tick(), TICK_MS)
    this.staleTimer = setTimeout(() => this.growStale(), SILENCE_MAX_MS)
    document.addEventListener('visibilitychange', this.onVisibility)
    addEventListener('pageshow', this.onWake)
    addEventListener('online', this.onWake)
    void this.connect()
  }

  /** Connect anew as whoever we are now, also after a refusal. */
  restart(): void {
    if (this.phase === 'idle') return
    this.known = null
    this.attempts = 0
    void this.connect()
  }

  /** End for good; the page no longer needs the hub. */
  stop(): void {
    if (this.phase === 'idle') return
    document.removeEventListener('visibilitychange', this.onVisibility)
    removeEventListener('pageshow', this.onWake)
    removeEventListener('online', this.onWake)
    this.abandon()
    clearInterval(this.pingTimer)
    clearInterval(this.sleepTimer)
    clearTimeout(this.staleTimer)
    this.setPhase('idle', null)
  }

  /** Send now if connected; false when not. */
  send(message: ClientMessage): boolean {
    if (this.phase !== 'open' || this.socket === null) return false
    this.socket.send(JSON.stringify(message))
    return true
  }

  private readonly onVisibility = (): void => {
    if (document.visibilityState === 'visible') this.onWake()
  }

  /** The device slept or got a network: trust nothing that was open before. */
  private readonly onWake = (): void => {
    const now = Date.now()
    // A timer may have slept too, and would be as late as the sleep was long.
    const isSilent = now - this.lastHeardMs >= SILENCE_MAX_MS
    if (isSilent) this.growStale()
    switch (this.phase) {
      case 'idle':
      case 'refused':
        return
      case 'connecting': {
        this.attempts = 0
        const isWaiting = this.retryTimer !== undefined
        const isStuck = this.socket !== null && now - this.dialedMs >= WAKE_ANSWER_MS
        if (isWaiting || isStuck) void this.connect()
        return
      }
      case 'open':
        this.attempts = 0
        if (isSilent) {
          void this.connect()
          return
        }
        this.ping()
        clearTimeout(this.wakeTimer)
        this.wakeTimer = setTimeout(() => void this.connect(), WAKE_ANSWER_MS)
        return
      default:
        this.phase satisfies never
    }
  }

  private async connect(): Promise<void> {
    this.abandon()
    const round = this.round
    this.setPhase('connecting', null)
    try {
      this.known ??= await this.place()
    } catch (error) {
      if (round !== this.round) return
      if (error instanceof NoSuchPlace) this.setPhase('refused', CLOSE_UNKNOWN)
      else this.retry()
      return
    }
    if (round === this.round) this.dial(this.known)
  }

  private dial(place: Place): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const address = `${scheme}://${location.host}/ws/${encodeURIComponent(place.hallId)}`
    const bearer = place.token === null ? [] : [`bearer.${place.token}`]
    let socket: WebSocket
    try {
      socket = new WebSocket(address, [PROTOCOL, ...bearer])
    } catch {
      this.retry() // a token that no header can carry
      return
    }
    this.socket = socket
    this.dialedMs = Date.now()
    this.connectTimer = setTimeout(() => this.lose(), CONNECT_MAX_MS)
    socket.onopen = () => {
      if (socket !== this.socket) return
      clearTimeout(this.connectTimer)
      this.openedMs = Date.now()
      this.setPhase('open', null)
      this.expectSound()
      this.events.onOpen()
      this.ping()
    }
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (socket === this.socket && typeof event.data === 'string') this.hear(event.data)
    }
    socket.onclose = (event: CloseEvent) => {
      if (socket !== this.socket) return
      const rule = CLOSE_RULES[event.code]
      if (rule === undefined || rule.reconnect) {
        this.lose()
        return
      }
      this.abandon()
      this.setPhase('refused', event.code)
    }
  }

  private hear(data: string): void {
    clearTimeout(this.wakeTimer)
    this.lastHeardMs = Date.now()
    this.expectSound()
    clearTimeout(this.staleTimer)
    this.staleTimer = setTimeout(() => this.growStale(), SILENCE_MAX_MS)
    if (this.isStale) {
      this.isStale = false
      this.events.onStale(false, this.lastHeardMs)
    }
    this.events.onMessage(JSON.parse(data) as ServerMessage)
  }

  /** The connection is gone or useless: let go of it and come back later. */
  private lose(): void {
    if (this.phase === 'open' && Date.now() - this.openedMs >= STEADY_MS) this.attempts = 0
    this.abandon()
    this.retry()
  }

  private retry(): void {
    this.setPhase('connecting', null)
    // Full jitter: a thousand screens must not come back in the same instant.
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.attempts)
    this.attempts++
    this.retryTimer = setTimeout(() => void this.connect(), Math.random() * ceiling)
  }

  /** Let go of the present try; nothing that it still reports will count. */
  private abandon(): void {
    this.round++
    clearTimeout(this.retryTimer)
    this.retryTimer = undefined
    clearTimeout(this.connectTimer)
    clearTimeout(this.wakeTimer)
    clearTimeout(this.silenceTimer)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  private ping(): void {
    this.send({ type: 'ping' })
  }

  private expectSound(): void {
    clearTimeout(this.silenceTimer)
    this.silenceTimer = setTimeout(() => this.lose(), SILENCE_MAX_MS)
  }

  private tick(): void {
    const before = this.tickedMs
    this.tickedMs = Date.now()
    if (this.tickedMs - before >= SLEPT_MS) this.onVisibility()
  }

  private growStale(): void {
    this.isStale = true
    this.events.onStale(true, this.lastHeardMs)
  }

  private setPhase(phase: LinkPhase, closeCode: number | null): void {
    this.phase = phase
    this.events.onPhase(phase, closeCode)
  }
}
