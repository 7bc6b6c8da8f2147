import { clockTime } from '@/shared/time'
import type { LanguageState } from '@/shared/words/i18n'
import { waitWords } from '@/shared/words/wait'
import type { whyWords } from '@/shared/words/whyWords'
import type { Account } from '@/wire/wire.gen'

type WhyLine = Account['lines'][number]
type Words = Pick<LanguageState<typeof whyWords.zh>, 't' | 'say'>

/** One step of an account: when, what, by which rule, and what more there is to it. */
export interface WhyStep {
  readonly type: WhyLine['type']
  readonly at: string
  /** When the last of several was; null when it was one moment. */
  readonly until: string | null
  readonly text: string
  readonly rule: string | null
  /** Further sentences: what was foretold, reasons that staff wrote. */
  readonly notes: readonly string[]
  /** Every number, when the sentence names only some. */
  readonly numbers: readonly string[]
}

/** The whole account of a ticket in words. */
export interface WhyFull {
  readonly steps: readonly WhyStep[]
  /** How long the wait was, beside what had been foretold. */
  readonly waited: string
}

/** How many numbers a sentence names at most. */
const NUMBERS_MAX = 5

/** Why a ticket waited, every step of it, for staff; the times stand beside the sentences. */
export function whyInFull(account: Account, words: Words): WhyFull {
  const steps = account.lines.map((line): WhyStep => {
    const [text, ...notes] = tell(line, account, words, () => '')
    const numbers = 'numbers' in line ? line.numbers : []
    const until = 'until' in line && line.until !== line.at ? line.until : null
    return {
      type: line.type,
      at: line.at,
      until,
      text,
      rule: ruleOf(line),
      notes: line.type === 'taken' ? [foretold(account, words), ...notes] : notes,
      numbers: numbers.length > NUMBERS_MAX ? numbers : [],
    }
  })
  return { steps, waited: waited(account, words) }
}

/** Why a ticket waited, in a few sentences, for its visitor. */
export function whyInShort(
  account: Account,
  words: Words,
  timeZone: string | null,
): readonly string[] {
  const isOfWaiting = (line: WhyLine) =>
    line.type !== 'moment' && line.type !== 'called' && line.type !== 'left'
  const timeOf = (at: string): string => `${clockTime(Date.parse(at), timeZone)} `
  const told = account.lines
    .filter(isOfWaiting)
    .flatMap((line) => tell(line, account, words, timeOf))
  return [...told, waited(account, words)]
}

/** The rule behind the line; null when nobody decided anything. */
function ruleOf(line: WhyLine): string | null {
  switch (line.type) {
    case 'taken':
      return 'WT3'
    case 'in_turn':
      return 'CL1'
    case 'overtaken':
    case 'called':
      return line.rule
    case 'moved':
      return 'TR1'
    case 'behind':
      return line.is_return ? 'PS2' : 'TK6'
    case 'left':
    case 'moment':
      return null
    default:
      return line satisfies never
  }
}

/** What happened, and why if somebody gave a reason; `timeOf` is what a sentence begins with. */
function tell(
  line: WhyLine,
  account: Account,
  { t, say }: Words,
  timeOf: (at: string) => string,
): [string, ...string[]] {
  const time = timeOf(line.at)
  const queueOf = (id: string) => {
    const queue = account.queues.find((each) => each.queue_id === id)
    return queue ? say(queue.name) : id
  }
  switch (line.type) {
    case 'taken': {
      const values = { time, queue: queueOf(line.queue_id), counters: line.open_counters }
      return [
        line.ahead ? t('why.taken', { ...values, n: line.ahead }) : t('why.takenFirst', values),
      ]
    }
    case 'in_turn':
      return [t('why.inTurn', numbers(line.numbers, t))]
    case 'left':
      return [t('why.left', numbers(line.numbers, t))]
    case 'overtaken': {
      const text = t(`why.cause.${line.cause}`, numbers(line.numbers, t))
      return [text, ...line.reasons.map((reason) => because(reason, t))]
    }
    case 'called': {
      const values = { time, no: line.counter_no, minutes: minutes(line.waited_s) }
      const text = line.rule === 'CL10' ? t('why.calledByChoice', values) : t('why.called', values)
      return [text, ...(line.reason ? [because(line.reason, t)] : [])]
    }
    case 'moved': {
      const text = moved(line, { t, time, queue: queueOf(line.queue_id) })
      return [text, ...(line.reason ? [because(line.reason, t)] : [])]
    }
    case 'behind': {
      const key = line.is_return ? 'why.returned' : 'why.delayed'
      return [t(key, { time, n: line.places })]
    }
    case 'moment':
      return [t(`why.moment.${line.moment}`, { time })]
    default:
      return line satisfies never
  }
}

function moved(
  line: Extract<WhyLine, { type: 'moved' }>,
  { t, time, queue }: Pick<Words, 't'> & { time: string; queue: string },
): string {
  if (line.counter_no !== null) return t('why.movedCounter', { time, no: line.counter_no })
  if (line.to_clerk) return t('why.movedClerk', { time })
  return t(line.by_issue ? 'why.movedQueue' : 'why.movedTail', { time, queue })
}

function because(reason: string, t: Words['t']): string {
  return t('why.reason', { reason })
}

function foretold(account: Account, { t }: Words): string {
  if (account.wait_max_s === null) return t('why.noForecast')
  const wait = waitWords(account.wait_min_s, account.wait_max_s)
  return t('why.foretold', { wait: t(wait.key, wait.values) })
}

function waited({ waited_s: s, wait_min_s: min, wait_max_s: max }: Account, { t }: Words): string {
  if (s === null) return t('why.waitsStill')
  const values = { minutes: minutes(s) }
  if (max !== null && s > max) return t('why.waitedLonger', values)
  if (min !== null && s < min) return t('why.waitedShorter', values)
  return t('why.waited', values)
}

function numbers(all: readonly string[], t: Words['t']): { n: number; numbers: string } {
  const named = all.slice(0, NUMBERS_MAX).join(t('why.separator'))
  const isAll = all.length <= NUMBERS_MAX
  return { n: all.length, numbers: isAll ? named : t('why.numbersMore', { numbers: named }) }
}

function minutes(seconds: number): number {
  return Math.round(seconds / 60)
}
