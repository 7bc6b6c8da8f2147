import { clockTime } from '@/shared/time'
import type { LanguageState } from '@/shared/words/i18n'
import { waitWords } from '@/shared/words/wait'
import type { whyWords } from '@/shared/words/whyWords'
import type { Account } from '@/wire/wire.gen'

type WhyLine = Account['lines'][number]
type Words = Pick<LanguageState<typeof whyWords.zh>, 't' | 'say'>

/** One sentence of an account, and the rule behind it if there is one. */
export interface WhySentence {
  readonly text: string
  readonly rule: string | null
}

/** How many numbers a sentence names at most. */
const NUMBERS_MAX = 5

/** Why a ticket waited, every step of it, for staff. */
export function whyInFull(
  account: Account,
  words: Words,
  timeZone: string | null,
): readonly WhySentence[] {
  const told = account.lines.flatMap((line) => tell(line, account, words, timeZone))
  const plain = (text: string): WhySentence => ({ text, rule: null })
  return [
    ...told.slice(0, 1),
    plain(foretold(account, words)),
    ...told.slice(1),
    plain(waited(account, words)),
  ]
}

/** Why a ticket waited, in a few sentences, for its visitor. */
export function whyInShort(
  account: Account,
  words: Words,
  timeZone: string | null,
): readonly string[] {
  const isOfWaiting = (line: WhyLine) =>
    line.type !== 'moment' && line.type !== 'called' && line.type !== 'left'
  const told = account.lines
    .filter(isOfWaiting)
    .flatMap((line) => tell(line, account, words, timeZone))
  return [...told.map((sentence) => sentence.text), waited(account, words)]
}

function tell(
  line: WhyLine,
  account: Account,
  { t, say }: Words,
  timeZone: string | null,
): WhySentence[] {
  const time = clockTime(Date.parse(line.at), timeZone)
  const queueOf = (id: string) => {
    const queue = account.queues.find((each) => each.queue_id === id)
    return queue ? say(queue.name) : id
  }
  switch (line.type) {
    case 'taken': {
      const values = { time, queue: queueOf(line.queue_id), counters: line.open_counters }
      const text = line.ahead
        ? t('why.taken', { ...values, n: line.ahead })
        : t('why.takenFirst', values)
      return [{ text, rule: 'WT3' }]
    }
    case 'in_turn':
      return [{ text: t('why.inTurn', numbers(line.numbers, t)), rule: 'CL1' }]
    case 'left':
      return [{ text: t('why.left', numbers(line.numbers, t)), rule: null }]
    case 'overtaken': {
      const text = t(`why.cause.${line.cause}`, numbers(line.numbers, t))
      return [{ text, rule: line.rule }, ...line.reasons.map((reason) => because(reason, t))]
    }
    case 'called': {
      const values = { time, no: line.counter_no, minutes: minutes(line.waited_s) }
      const text = line.rule === 'CL10' ? t('why.calledByChoice', values) : t('why.called', values)
      return [{ text, rule: line.rule }, ...(line.reason ? [because(line.reason, t)] : [])]
    }
    case 'moved': {
      const reason = line.reason ? [because(line.reason, t)] : []
      return [
        { text: moved(line, { t, time, queue: queueOf(line.queue_id) }), rule: 'TR1' },
        ...reason,
      ]
    }
    case 'behind': {
      const key = line.is_return ? 'why.returned' : 'why.delayed'
      return [{ text: t(key, { time, n: line.places }), rule: line.is_return ? 'PS2' : 'TK6' }]
    }
    case 'moment':
      return [{ text: t(`why.moment.${line.moment}`, { time }), rule: null }]
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

function because(reason: string, t: Words['t']): WhySentence {
  return { text: t('why.reason', { reason }), rule: null }
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
