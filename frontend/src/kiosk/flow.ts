import type { Offer } from '@/shared/offer'
import type { CheckIn, PrintOutcome, Result, TakeTicket, TicketClass } from '@/wire/wire.gen'
import type { Failure } from './failure'

/** A page left alone goes back to its start. */
export const IDLE_MS = 30_000
/** How long a ticket stays on the screen; a failed print begins the time anew. */
export const TICKET_MS = 30_000
/** How many services one ticket may hold (TK7). */
export const SERVICES_MAX = 10
/** An appointment's code; the hub takes no other. */
export const CODE_MIN = 6
export const CODE_MAX = 16
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
  readonly step: 'choose' | 'services' | 'code' | 'taking' | 'ticket'
  readonly queueId: string | null
  readonly serviceIds: readonly string[]
  readonly isCare: boolean
  /** The number of the campus card; sent, never shown. */
  readonly card: string | null
  /** Whether a card was there and could not be read. */
  readonly isCardMisread: boolean
  /** An appointment's code as far as it is typed; null unless the visitor checks in. */
  readonly code: string | null
  readonly failure: Failure | null
  readonly ticket: Issued | null
  /** What became of the paper, as far as the page has taken notice of it. */
  readonly paper: PrintOutcome | null
  /** Whether the visitor asked for another paper of this ticket: once is enough (I11). */
  readonly isReprinted: boolean
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
  isCardMisread: false,
  code: null,
  failure: null,
  ticket: null,
  paper: null,
  isReprinted: false,
  since: 0,
  until: null,
}

export type Step =
  | { type: 'choose'; queueId: string }
  | { type: 'tick'; serviceId: string }
  | { type: 'check_in' }
  | { type: 'type'; char: string }
  | { type: 'erase' }
  | { type: 'scan'; code: string }
  | { type: 'take' }
  | { type: 'taken'; result: Result }
  | { type: 'failed'; failure: Failure }
  | { type: 'paper'; outcome: PrintOutcome }
  | { type: 'reprint' }
  | { type: 'card'; uid: string }
  | { type: 'misread' }
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
    case 'check_in':
      if (flow.step !== 'choose') return flow
      return { ...flow, step: 'code', code: '', failure: null, since: now, until: idle }
    case 'type':
    case 'erase':
      return flow.step === 'code' ? typed(flow, step, idle) : flow
    case 'scan':
      if (flow.step !== 'code') return flow
      return next({ ...flow, code: codeOf(step.code), since: 0 }, { type: 'take' }, now)
    case 'take':
      if (!isReady(flow) || now - flow.since < SETTLE_MS) return flow
      return { ...flow, step: 'taking', failure: null, since: now, until: null }
    case 'taken':
      return flow.step === 'taking' ? ticketed(step.result, now) : flow
    case 'failed':
      return flow.step === 'taking'
        ? { ...flow, step: askedAt(flow), failure: step.failure, since: now, until: idle }
        : flow
    case 'paper':
      return flow.step === 'ticket' ? papered(flow, step.outcome, now) : flow
    case 'reprint':
      if (!canReprint(flow)) return flow
      return { ...flow, paper: null, isReprinted: true, until: now + TICKET_MS }
    case 'card':
      return carded(flow, step.uid, now)
    case 'misread':
      return isChoosing(flow) ? { ...flow, card: null, isCardMisread: true, until: idle } : flow
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

/** The command that takes the ticket a flow asks for, as the queue offers it. */
export function takeTicket(
  flow: Flow,
  offer: Offer,
  kioskId: string,
  hasPrinter: boolean,
): TakeTicket {
  const what =
    flow.serviceIds.length > 0 ? { service_ids: [...flow.serviceIds] } : { queue_id: flow.queueId }
  return {
    type: 'take_ticket',
    ...what,
    ...(offer.channel === 'card' && flow.card !== null
      ? { channel: 'card', card: flow.card }
      : { channel: 'anonymous' }),
    ticket_class: offer.ticketClass,
    kiosk_id: kioskId,
    print: hasPrinter,
  }
}

/** The command that checks the visitor in with the code. */
export function checkIn(code: string, kioskId: string, hasPrinter: boolean): CheckIn {
  return { type: 'check_in', code, kiosk_id: kioskId, print: hasPrinter }
}

/** The paper of a ticket taken at a kiosk is its first one, and the one asked for its second. */
export function jobIdOf(flow: Flow): string | null {
  if (flow.ticket === null) return null
  return `${flow.ticket.ticketId}-${flow.isReprinted ? 2 : 1}`
}

/** Whether the visitor may ask for the paper once more: when it is not known to be there. */
export function canReprint(flow: Flow): boolean {
  const isMissing = flow.paper === 'failed' || flow.paper === 'unknown'
  return flow.step === 'ticket' && isMissing && !flow.isReprinted
}

function isChoosing(flow: Flow): boolean {
  return flow.step !== 'taking' && flow.step !== 'ticket'
}

/** Whether all is said that the command needs. */
function isReady(flow: Flow): boolean {
  if (flow.step === 'code') return flow.code !== null && flow.code.length >= CODE_MIN
  return flow.step === 'services'
}

/** The step to go back to when the command comes to nothing. */
function askedAt(flow: Flow): Flow['step'] {
  return flow.code === null ? 'services' : 'code'
}

function toggled(ids: readonly string[], id: string): readonly string[] {
  if (ids.includes(id)) return ids.filter((other) => other !== id)
  return ids.length < SERVICES_MAX ? [...ids, id] : ids
}

/** Letters and digits as the hub takes them; what separates them on paper is left out. */
function codeOf(text: string): string {
  const code = text.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return code.slice(0, CODE_MAX)
}

function typed(
  flow: Flow,
  step: { type: 'type'; char: string } | { type: 'erase' },
  until: number,
): Flow {
  const code = flow.code ?? ''
  const longer = step.type === 'type' ? codeOf(code + step.char) : code.slice(0, -1)
  return { ...flow, code: longer, failure: null, until }
}

/** Card, care and choice have served their purpose and are forgotten with the answer. */
function ticketed(result: Result, now: number): Flow {
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
    ticketClass: result.ticket_class ?? 'ordinary',
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
  return { ...from, card: uid, isCardMisread: false, failure: null, until: now + IDLE_MS }
}

function stepBack(flow: Flow, now: number): Flow {
  switch (flow.step) {
    case 'services':
    case 'code':
      return {
        ...flow,
        step: 'choose',
        queueId: null,
        serviceIds: [],
        code: null,
        failure: null,
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
