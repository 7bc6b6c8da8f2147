import type { PrintOutcome, Result, TakeTicket, TicketClass } from '@/wire/wire.gen'
import type { Failure } from './failure'

/** A page left alone goes back to its start. */
export const IDLE_MS = 45_000
/** How long a ticket stays on the screen; a failed print begins the time anew. */
export const TICKET_MS = 30_000
/** The second half of a double tap must not press the button that has just appeared. */
export const SETTLE_MS = 400

/** What the visitor is told of the ticket just taken. */
export interface Issued {
  readonly ticketId: string
  readonly number: string
  readonly token: string
  readonly queueId: string
  readonly ticketClass: TicketClass
  readonly ahead: number
  readonly waitMinS: number | null
  readonly waitMaxS: number | null
}

/** Where a visitor stands, and all that is known of them: gone when it is replaced by `START`. */
export interface Flow {
  readonly step: 'choose' | 'services' | 'taking' | 'ticket'
  readonly queueId: string | null
  readonly serviceIds: readonly string[]
  readonly isCare: boolean
  /** The number of the campus card; sent, never shown. */
  readonly card: string | null
  readonly failure: Failure | null
  readonly ticket: Issued | null
  /** What became of the paper, as far as the page has taken notice of it. */
  readonly paper: PrintOutcome | null
  /** When the step was entered, in ms. */
  readonly since: number
  /** When the page goes back to its start by itself, in ms; null while there is nothing to forget. */
  readonly until: number | null
}

export const START: Flow = {
  step: 'choose',
  queueId: null,
  serviceIds: [],
  isCare: false,
  card: null,
  failure: null,
  ticket: null,
  paper: null,
  since: 0,
  until: null,
}

export type Step =
  | { type: 'choose'; queueId: string }
  | { type: 'tick'; serviceId: string }
  | { type: 'take' }
  | { type: 'taken'; result: Result }
  | { type: 'failed'; failure: Failure }
  | { type: 'paper'; outcome: PrintOutcome }
  | { type: 'card'; uid: string }
  | { type: 'forget_card' }
  | { type: 'care' }
  | { type: 'language' }
  | { type: 'touch' }
  | { type: 'back' }
  | { type: 'home' }
  | { type: 'time' }

/** The flow after `step` at `now` (ms); the same object when nothing changes. */
export function next(flow: Flow, step: Step, now: number): Flow {
  const idle = now + IDLE_MS
  switch (step.type) {
    case 'choose':
      if (flow.step !== 'choose') return flow
      return {
        ...flow,
        step: 'services',
        queueId: step.queueId,
        serviceIds: [],
        failure: null,
        since: now,
        until: idle,
      }
    case 'tick':
      return flow.step === 'services'
        ? { ...flow, serviceIds: toggled(flow.serviceIds, step.serviceId), until: idle }
        : flow
    case 'take':
      if (flow.step !== 'services' || now - flow.since < SETTLE_MS) return flow
      return { ...flow, step: 'taking', failure: null, since: now, until: null }
    case 'taken':
      return flow.step === 'taking' ? ticketed(flow, step.result, now) : flow
    case 'failed':
      return flow.step === 'taking'
        ? { ...flow, step: 'services', failure: step.failure, since: now, until: idle }
        : flow
    case 'paper':
      return flow.step === 'ticket' ? papered(flow, step.outcome, now) : flow
    case 'card':
      return carded(flow, step.uid, now)
    case 'forget_card':
      return flow.step === 'taking' ? flow : { ...flow, card: null, until: idle }
    case 'care':
      return isChoosing(flow) ? { ...flow, isCare: !flow.isCare, until: idle } : flow
    case 'language':
      return isChoosing(flow) ? { ...flow, until: idle } : flow
    case 'touch':
      return isChoosing(flow) && flow.until !== null ? { ...flow, until: idle } : flow
    case 'back':
      return stepBack(flow, now)
    case 'home':
      return flow.step === 'taking' ? flow : START
    case 'time':
      return flow.until !== null && now >= flow.until ? START : flow
    default:
      return step satisfies never
  }
}

/** The command that takes the ticket a flow asks for. */
export function takeTicket(flow: Flow, kioskId: string, hasPrinter: boolean): TakeTicket {
  const what =
    flow.serviceIds.length > 0 ? { service_ids: [...flow.serviceIds] } : { queue_id: flow.queueId }
  return {
    type: 'take_ticket',
    ...what,
    ...(flow.card === null ? { channel: 'anonymous' } : { channel: 'card', card: flow.card }),
    ticket_class: classOf(flow),
    kiosk_id: kioskId,
    print: hasPrinter,
  }
}

/** The paper of a ticket taken at a kiosk is its first one. */
export function firstJobId(ticketId: string): string {
  return `${ticketId}-1`
}

function classOf(flow: Flow): TicketClass {
  return flow.isCare ? 'care' : 'ordinary'
}

function isChoosing(flow: Flow): boolean {
  return flow.step === 'choose' || flow.step === 'services'
}

function toggled(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]
}

/** Card, care and choice have served their purpose and are forgotten with the answer. */
function ticketed(flow: Flow, result: Result, now: number): Flow {
  const { ticket_id: ticketId, number, token, queue_id: queueId, ahead } = result
  if (
    ticketId === undefined ||
    number === undefined ||
    token === undefined ||
    queueId === undefined
  ) {
    return {
      ...START,
      failure: { type: 'failed', code: 'malformed' },
      since: now,
      until: now + IDLE_MS,
    }
  }
  const ticket: Issued = {
    ticketId,
    number,
    token,
    queueId,
    ticketClass: classOf(flow),
    ahead: ahead ?? 0,
    waitMinS: result.wait_min_s ?? null,
    waitMaxS: result.wait_max_s ?? null,
  }
  return { ...START, step: 'ticket', ticket, since: now, until: now + TICKET_MS }
}

function papered(flow: Flow, outcome: PrintOutcome, now: number): Flow {
  if (flow.paper === outcome) return flow
  const until = outcome === 'printed' ? flow.until : now + TICKET_MS
  return { ...flow, paper: outcome, until }
}

/** A card while a ticket is shown belongs to the next visitor. */
function carded(flow: Flow, uid: string, now: number): Flow {
  if (flow.step === 'taking') return flow
  const from = flow.step === 'ticket' ? START : flow
  return { ...from, card: uid, failure: null, until: now + IDLE_MS }
}

function stepBack(flow: Flow, now: number): Flow {
  switch (flow.step) {
    case 'services':
      return {
        ...flow,
        step: 'choose',
        queueId: null,
        serviceIds: [],
        since: now,
        until: now + IDLE_MS,
      }
    case 'choose':
    case 'ticket':
      return START
    case 'taking':
      return flow
    default:
      return flow.step satisfies never
  }
}
