import { RULE_NUMBERS } from '@/wire/rules.gen'
import type {
  CounterPlan,
  KioskPlan,
  PaperKind,
  PaperPart,
  Plan,
  QueuePlan,
  RuleNumbers,
  ServicePlan,
  Serving,
  Span,
  SpecialDay,
  TimedServing,
  WeekdayHours,
  ZonePlan,
} from '@/wire/wire.gen'

/** With every field there, as the hub always sends plans. */
type Whole<T> = T extends (infer I)[]
  ? Whole<I>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<T[K]> }
    : T

/** A plan while it is edited: it may have faults, so an emptied number is a text. */
export type Draft = Whole<Plan>
export type DraftZone = Whole<ZonePlan>
export type DraftQueue = Whole<QueuePlan>
export type DraftCounter = Whole<CounterPlan>
export type DraftService = Whole<ServicePlan>
export type DraftKiosk = Whole<KioskPlan>
export type DraftServing = Whole<Serving>
export type DraftEntry = Whole<TimedServing>
export type DraftHours = Whole<WeekdayHours>
export type DraftSpecialDay = Whole<SpecialDay>
export type DraftPaper = Whole<PaperPart>
export type RuleNumber = keyof RuleNumbers

export const LETTERS = [...'ABCDEFGHJKLMNPRTVWXYZ']
export const CHANNELS = ['card', 'appointment', 'anonymous', 'remote'] as const
export const CLASSES = ['ordinary', 'booked', 'care'] as const
export const MODES = ['longest_wait', 'strict', 'shares'] as const
export const NOTE_SIZES = ['small', 'normal', 'large'] as const
const PAPER_KINDS: readonly PaperKind[] = [
  'hall',
  'queue',
  'number',
  'standing',
  'counters',
  'services',
  'code',
  'issue',
]
export const NUMBERS = Object.keys(RULE_NUMBERS) as RuleNumber[]

export function copyOf<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}

/** A plan as the hub sent it; fields that came later than the plan are there. */
export function draftOf(plan: Plan): Draft {
  return copyOf(plan) as Draft
}

/** `W7` for counters W1 … W6: the first free id after the prefix that most have. */
export function nextId(ids: readonly string[], fallback: string): string {
  const last = /^(.*?)(\d+)$/.exec(ids[ids.length - 1] ?? '')
  const prefix = last?.[1] ?? fallback
  const digits = last?.[2]?.length ?? 1
  for (let n = ids.length + 1; ; n += 1) {
    const id = prefix + String(n).padStart(digits, '0')
    if (!ids.includes(id)) return id
  }
}

const nameless = (): { zh: string; en: string } => ({ zh: '', en: '' })

export function addZone(draft: Draft): void {
  const ids = draft.zones.map((zone) => zone.zone_id)
  draft.zones.push({ zone_id: nextId(ids, 'Z'), name: nameless() })
}

/** A queue under the first letter that is free. */
export function addQueue(draft: Draft): void {
  const used = draft.queues.map((queue) => queue.letter)
  const ids = draft.queues.map((queue) => queue.queue_id)
  const letter = LETTERS.find((free) => !used.includes(free)) ?? ''
  draft.queues.push({
    queue_id: letter !== '' && !ids.includes(letter) ? letter : nextId(ids, 'Q'),
    letter,
    name: nameless(),
    zone_id: draft.zones[0]?.zone_id ?? '',
    mean_handling_s: 300,
    channels: [...CHANNELS],
    classes: [...CLASSES],
    waiting_max: null,
  })
}

export function addCounter(draft: Draft): void {
  const ids = draft.counters.map((counter) => counter.counter_id)
  const last = draft.counters[draft.counters.length - 1]
  draft.counters.push({
    counter_id: nextId(ids, 'W'),
    no: Math.max(0, ...draft.counters.map((counter) => counter.no)) + 1,
    zone_id: last?.zone_id ?? draft.zones[0]?.zone_id ?? '',
    queue_ids: last ? [...last.queue_ids] : [],
    mode: 'longest_wait',
    shares: [],
    timetable: [],
    auto_call_s: null,
  })
}

export function addService(draft: Draft, queueId?: string): void {
  const ids = draft.services.map((service) => service.service_id)
  const queue_id = queueId ?? draft.queues[0]?.queue_id ?? ''
  draft.services.push({ service_id: nextId(ids, 'S'), queue_id, name: nameless() })
}

export function addKiosk(draft: Draft): void {
  const ids = draft.kiosks.map((kiosk) => kiosk.kiosk_id)
  const zone_id = draft.zones[0]?.zone_id ?? ''
  draft.kiosks.push({
    kiosk_id: nextId(ids, 'K'),
    zone_id,
    printer_id: null,
    reversed_cards: false,
  })
}

/** What may be added to the ticket: what it has not got, and words and lines as often as one likes. */
export function addablePaper(draft: Draft): PaperKind[] {
  const used = draft.paper.map((part) => part.kind)
  return [...PAPER_KINDS.filter((kind) => !used.includes(kind)), 'note', 'line']
}

export function addPaper(draft: Draft, kind: PaperKind): void {
  draft.paper.push({ kind, text: kind === 'note' ? nameless() : null, size: 'normal' })
}

/** The part at `from` stands at `to`, the others close up. */
export function movePaper(draft: Draft, from: number, to: number): void {
  if (to < 0 || to >= draft.paper.length) return
  draft.paper.splice(to, 0, ...draft.paper.splice(from, 1))
}

/** From an hour after the last entry on, what the counter serves by then. */
export function addEntry(counter: DraftCounter): void {
  const last = counter.timetable[counter.timetable.length - 1]
  const { queue_ids, mode, shares } = last?.serving ?? counter
  counter.timetable.push({
    from_minute: Math.min((last?.from_minute ?? 12 * 60) + 60, 23 * 60 + 59),
    serving: copyOf({ queue_ids, mode, shares }),
  })
}

/** Whether the serving has the queue or not; shares follow, one each. */
export function toggleQueue(serving: DraftServing, queueId: string): void {
  const at = serving.queue_ids.indexOf(queueId)
  if (at >= 0) {
    serving.queue_ids.splice(at, 1)
    if (serving.mode === 'shares') serving.shares.splice(at, 1)
  } else {
    serving.queue_ids.push(queueId)
    if (serving.mode === 'shares') serving.shares.push(1)
  }
}

/** Choose among the queues in another way; shares are there with `shares` only. */
export function setMode(serving: DraftServing, mode: DraftServing['mode']): void {
  serving.mode = mode
  serving.shares = mode === 'shares' ? serving.queue_ids.map((_, n) => serving.shares[n] ?? 1) : []
}

/** The one at `from` stands at `to`, the others close up; shares go with their queues. */
export function moveQueue(serving: DraftServing, from: number, to: number): void {
  if (to < 0 || to >= serving.queue_ids.length) return
  serving.queue_ids.splice(to, 0, ...serving.queue_ids.splice(from, 1))
  if (serving.mode === 'shares') serving.shares.splice(to, 0, ...serving.shares.splice(from, 1))
}

/** The hours of a weekday; none when it has none. */
export function spansOf(draft: Draft, weekday: number): Span[] {
  return draft.hours.find((hours) => hours.weekday === weekday)?.spans ?? []
}

/** Another stretch of hours after the last one. */
export function nextSpan(spans: readonly Span[]): Span {
  const last = spans[spans.length - 1]
  if (!last) return { opens: 8 * 60, closes: 17 * 60 }
  const opens = Math.min(last.closes + 60, 22 * 60)
  return { opens, closes: Math.min(opens + 180, 24 * 60) }
}

/** Give the weekday these hours; weekdays without hours are not listed. */
export function setHours(draft: Draft, weekday: number, spans: Span[]): void {
  const others = draft.hours.filter((hours) => hours.weekday !== weekday)
  if (spans.length > 0) others.push({ weekday, spans })
  draft.hours = others.sort((a, b) => a.weekday - b.weekday)
}

/** `09:05` for 545. */
export function clockOf(minute: number): string {
  const pad = (n: number): string => String(n).padStart(2, '0')
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
}

/** Minutes of `9:05`, `09:05`, `0905` or `9：05`, up to 24:00; null for anything else. */
export function minuteOf(text: string): number | null {
  const found = /^(\d{1,2})[:：]?(\d{2})$/.exec(text.trim())
  if (!found) return null
  const minute = Number(found[1]) * 60 + Number(found[2])
  return Number(found[2]) < 60 && minute <= 24 * 60 ? minute : null
}
