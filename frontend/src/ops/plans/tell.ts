import type { StaffWords } from '@/shared/staff/words'
import type { LanguageState, WordKey } from '@/shared/words/i18n'
import type { PaperKind, PaperPart, PlanFault, Span, Text } from '@/wire/wire.gen'
import type { Change } from './diff'
import type { Draft, DraftServing, RuleNumber } from './draft'
import { clockOf } from './draft'
import { NUMBER_FACTS } from './numbers'
import type { PlanWords } from './words'

export type Language = LanguageState<PlanWords & StaffWords>
export type PartName = keyof PlanWords['plan']['part']
type FieldName = keyof PlanWords['plan']['field']
type Member = Record<string, unknown>

/** A change in words: where, what of it, and from what to what; `after` alone for an addition. */
export interface ToldChange {
  readonly place: string
  readonly field: string
  readonly before: string
  readonly after: string
}

const ID_FIELDS = ['zone_id', 'queue_id', 'counter_id', 'service_id', 'kiosk_id'] as const
const KINDS = ['zones', 'queues', 'counters', 'services', 'kiosks'] as const
type Kind = (typeof KINDS)[number]

/** `after` is the plan with the changes, `before` the one without: names are looked up in both. */
export function tellChange(
  change: Change,
  before: Draft,
  after: Draft,
  words: Language,
): ToldChange {
  const { t } = words
  const [part = '', id, ...fields] = change.path
  const isWhole = change.kind !== 'changed' && fields.length === 0 && id !== undefined
  const member = memberOf(after, part, id) ?? memberOf(before, part, id)
  const place = id === undefined ? partWords(part, words) : placeWords(part, id, member, words)
  const told = (plan: Draft, value: unknown): string =>
    value === undefined ? '' : valueWords(change.path, value, plan, words)
  if (change.kind === 'moved')
    return { place, field: fieldsWords(fields, words), before: '', after: t('plan.moved') }
  if (isWhole) {
    const what = change.kind === 'added' ? t('plan.added') : t('plan.removed')
    const value = change.kind === 'added' ? change.after : change.before
    const plan = change.kind === 'added' ? after : before
    return { place, field: what, before: '', after: wholeWords(part, value, plan, words) }
  }
  return {
    place,
    field: fieldsWords(part === 'rules' ? [] : fields, words),
    before: told(before, change.before),
    after: change.kind === 'removed' ? t('plan.removed') : told(after, change.after),
  }
}

/** The section and the place of a fault in words, such as `队列 B · 字母`. */
export function faultPlace(fault: PlanFault, draft: Draft, words: Language): string {
  const [part = '', index, ...fields] = fault.path.split('/').slice(1)
  if (part === 'rules' || index === undefined) return partWords(part, words, index)
  const list = (draft as unknown as Record<string, unknown>)[part]
  const member = Array.isArray(list) ? (list[Number(index)] as Member | undefined) : undefined
  if (!member) return partWords(part, words, part === 'name' ? index : undefined)
  const id = String(member[idField(part)] ?? '')
  const named = fields.map((field, n) =>
    fields[n - 1] === 'timetable' ? entryMinute(member, field) : field,
  )
  const field = fieldsWords(
    named.filter((name, n) => !/^\d+$/.test(name) || fields[n - 1] === 'timetable'),
    words,
  )
  const place = placeWords(part, id, member, words)
  return field === '' ? place : `${place} · ${field}`
}

/** The fault itself; that of a rule with its place. */
export function faultWords(fault: PlanFault, words: Language): string {
  const isPart = fault.code === 'paper_without' || /^\/paper\/\d+$/.test(fault.path)
  const found = fault.found ?? ''
  const values = {
    found: isPart ? words.t(`plan.paper.kind.${found as PaperKind}`) : found,
    hint: fault.hint ?? '',
  }
  if (fault.code === 'unknown_queue' && found === '') return words.t('plan.chooseServed')
  if (!fault.rule) return words.t(`plan.fault.${fault.code}`, values)
  const { code, line, column } = fault.rule
  const said = words.t(`ruleFault.${code}`, values)
  return `${words.t('plan.rulePlace', { line, column })}: ${said}`
}

/** Which part of the editor shows what the path leads to. */
export function partOf(path: string): PartName {
  const [part = ''] = path.split('/').slice(1)
  if (part === 'special_days') return 'hours'
  const parts = [
    'zones',
    'queues',
    'counters',
    'services',
    'kiosks',
    'paper',
    'hours',
    'rules',
    'rule',
  ]
  return parts.includes(part) ? (part as PartName) : 'hall'
}

function entryMinute(member: Member, index: string): string {
  const timetable = member.timetable as { from_minute: number }[] | undefined
  return String(timetable?.[Number(index)]?.from_minute ?? 0)
}

function idField(part: string): string {
  if (part === 'hours') return 'weekday'
  if (part === 'special_days') return 'day'
  return ID_FIELDS[KINDS.indexOf(part as Kind)] ?? ''
}

function memberOf(plan: Draft, part: string, id: string | undefined): Member | undefined {
  const list = (plan as unknown as Record<string, unknown>)[part]
  if (!Array.isArray(list)) return undefined
  return (list as Member[]).find((member) => String(member[idField(part)]) === id)
}

function partWords(part: string, words: Language, field?: string): string {
  const { t } = words
  if (part === 'rules' && field !== undefined) return t(`plan.number.${field as RuleNumber}`)
  if (part === 'special_days') return t('plan.specialDays')
  if (part === 'name' || part === 'hall_id') {
    const name = field === undefined ? '' : ` · ${fieldsWords([field], words)}`
    return t('plan.part.hall') + name
  }
  return fieldsWords([part], words)
}

function placeWords(part: string, id: string, member: Member | undefined, words: Language): string {
  const { t, say } = words
  if (part === 'rules') return t(`plan.number.${id as RuleNumber}`)
  if (part === 'hours') return t(`plan.weekday.d${id}` as WordKey<PlanWords>)
  if (part === 'special_days') return id
  if (!KINDS.includes(part as Kind)) return partWords(part, words, id)
  return t(`plan.kind.${part as Kind}`, { name: member ? nameOf(part, member, say) : id })
}

/** What people call it: a counter by its number, a queue by its letter, the others by name. */
function nameOf(part: string, member: Member, say: Language['say']): string {
  if (part === 'counters') return String(member.no)
  if (part === 'kiosks') return String(member.kiosk_id)
  const name = member.name ? say(member.name as Text) : ''
  return part === 'queues' ? `${String(member.letter)} ${name}`.trim() : name
}

/** `timetable`, `840`, `serving`, `queue_ids` as `14:00 起 业务队列`. */
function fieldsWords(fields: readonly string[], { t }: Language): string {
  const entry = fields.indexOf('timetable')
  const named = fields.filter((field, n) => field !== 'serving' && n !== entry && n !== entry + 1)
  const last = [...(entry < 0 ? fields : named)].reverse().find((field) => field !== 'serving')
  const what = last === undefined ? '' : t(`plan.field.${last as FieldName}`)
  if (entry < 0) return what
  const minute = fields[entry + 1]
  if (minute === undefined) return t('plan.field.timetable')
  const time = clockOf(Number(minute))
  return what === '' ? t('plan.from', { time }) : t('plan.fromDay', { time, what })
}

/** What a thing that was added or removed is. */
function wholeWords(part: string, value: unknown, plan: Draft, words: Language): string {
  const member = value as Member
  if (part === 'counters') return servingWords(member as unknown as DraftServing, plan, words)
  if (part === 'hours' || part === 'special_days') return spansWords(member.spans as Span[], words)
  if (part === 'services') return valueWords(['queue_id'], member.queue_id, plan, words)
  return ''
}

/** A value of the field that the path ends in. */
export function valueWords(
  path: readonly string[],
  value: unknown,
  plan: Draft,
  words: Language,
): string {
  const { t, say } = words
  const field = path[path.length - 1] ?? ''
  if (path[0] === 'rules') return numberWords(field as RuleNumber, value, words)
  if (value === null) return noneWords(field, words)
  const list = Array.isArray(value) ? (value as unknown[]) : []
  switch (field) {
    case 'queue_ids':
      return list.map((id) => letterOf(plan, id)).join(t('plan.joiner'))
    case 'queue_id':
      return letterOf(plan, value)
    case 'zone_id': {
      const zone = plan.zones.find((one) => one.zone_id === value)
      return zone ? say(zone.name) : String(value)
    }
    case 'mode':
      return t(`plan.mode.${value as DraftServing['mode']}`)
    case 'shares':
      return list.length > 0 ? list.join(' : ') : t('plan.none')
    case 'channels':
      return list
        .map((one) => t(`plan.channel.${one}` as WordKey<PlanWords>))
        .join(t('plan.joiner'))
    case 'classes':
      return list.map((one) => t(`ticketClass.${one}` as WordKey<PlanWords>)).join(t('plan.joiner'))
    case 'paper':
      return (value as PaperPart[])
        .map((one) => (one.text ? `“${say(one.text)}”` : t(`plan.paper.kind.${one.kind}`)))
        .join(t('plan.joiner'))
    case 'spans':
      return spansWords(value as Span[], words)
    case 'mean_handling_s':
      return t('plan.minutes', { n: Math.round((value as number) / 6) / 10 })
    case 'auto_call_s':
      return t('plan.after', { n: value as number })
    case 'reversed_cards':
      return t(value === true ? 'plan.isSo' : 'plan.isNot')
    case 'name':
      return say(value as Text)
    default:
      return isEntry(value) ? servingWords(value.serving, plan, words) : String(value)
  }
}

function noneWords(field: string, { t }: Language): string {
  if (field === 'waiting_max') return t('plan.unlimited')
  return field === 'auto_call_s' ? t('plan.byClerk') : t('plan.none')
}

function isEntry(value: unknown): value is { serving: DraftServing } {
  return typeof value === 'object' && value !== null && 'serving' in value
}

/** `A、B · 按份额轮流 2 : 1`. */
export function servingWords(serving: DraftServing, plan: Draft, words: Language): string {
  const queues = valueWords(['queue_ids'], serving.queue_ids, plan, words)
  if (serving.queue_ids.length < 2) return queues
  const mode = valueWords(['mode'], serving.mode, plan, words)
  return `${queues} · ${mode}${serving.mode === 'shares' ? ` ${serving.shares.join(' : ')}` : ''}`
}

export function spansWords(spans: readonly Span[], { t }: Language): string {
  const told = spans.map((span) => `${clockOf(span.opens)}–${clockOf(span.closes)}`)
  return told.length > 0 ? told.join(t('plan.joiner')) : t('plan.closed')
}

export function numberWords(name: RuleNumber, value: unknown, { t }: Language): string {
  const { unit } = NUMBER_FACTS[name]
  if (typeof value !== 'number') return '–'
  const shown = unit === 'minutes' ? Math.round(value / 6) / 10 : value
  return `${shown} ${t(`plan.unit.${unit}`)}`
}

function letterOf(plan: Draft, queueId: unknown): string {
  return plan.queues.find((queue) => queue.queue_id === queueId)?.letter || String(queueId)
}
