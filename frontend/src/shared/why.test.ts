import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createApp } from 'vue'
import type { Account } from '@/wire/wire.gen'
import { whyInFull, whyInShort } from './why'
import type { LanguageState } from './words/i18n'
import { createWords, useLanguage } from './words/i18n'
import type { Language } from './words/types'
import { whyWords } from './words/whyWords'

const ZONE = 'Asia/Shanghai'

function wordsIn(language: Language): LanguageState<typeof whyWords.zh> {
  let found: LanguageState<typeof whyWords.zh> | undefined
  const setup = (): (() => null) => {
    found = useLanguage<typeof whyWords.zh>()
    return () => null
  }
  createApp({ setup }).use(createWords(whyWords, language)).mount(document.createElement('div'))
  if (!found) throw new Error('not mounted')
  return found
}

const account: Account = {
  ticket_id: '20261123-A004',
  number: 'A004',
  queues: [
    { queue_id: 'A', letter: 'A', name: { zh: '教务处', en: 'Registry' } },
    { queue_id: 'B', letter: 'B', name: { zh: '人事处', en: 'Personnel' } },
  ],
  ticket_class: 'ordinary',
  channel: 'card',
  state: 'done',
  issued_at: '2026-11-23T01:00:00Z',
  waited_s: 1500,
  wait_min_s: 300,
  wait_max_s: 900,
  lines: [
    { type: 'taken', at: '2026-11-23T01:00:00Z', queue_id: 'A', ahead: 3, open_counters: 2 },
    { type: 'left', at: '2026-11-23T01:01:00Z', until: '2026-11-23T01:01:00Z', numbers: ['A001'] },
    {
      type: 'in_turn',
      at: '2026-11-23T01:02:00Z',
      until: '2026-11-23T01:06:00Z',
      numbers: ['A002', 'A003'],
    },
    {
      type: 'overtaken',
      at: '2026-11-23T01:10:00Z',
      until: '2026-11-23T01:20:00Z',
      cause: 'care',
      rule: 'CL2',
      numbers: ['A005', 'A006', 'A007', 'A008', 'A009', 'A010'],
      reasons: [],
    },
    {
      type: 'overtaken',
      at: '2026-11-23T01:21:00Z',
      until: '2026-11-23T01:21:00Z',
      cause: 'chosen',
      rule: 'CL10',
      numbers: ['A011'],
      reasons: ['赶火车'],
    },
    {
      type: 'called',
      at: '2026-11-23T01:25:00Z',
      counter_no: 7,
      waited_s: 1500,
      rule: 'CL1',
      reason: '',
    },
    { type: 'moment', at: '2026-11-23T01:25:30Z', moment: 'serving', counter_no: 7 },
    {
      type: 'moved',
      at: '2026-11-23T01:30:00Z',
      queue_id: 'B',
      counter_no: null,
      to_clerk: false,
      by_issue: true,
      reason: '',
    },
    { type: 'behind', at: '2026-11-23T01:40:00Z', places: 3, is_return: true },
  ],
}

describe('why a ticket waited', () => {
  it('is told to staff step by step, with its rules', () => {
    const told = whyInFull(account, wordsIn('zh'))
    expect(told.steps.map((step) => [step.rule, step.text, ...step.notes])).toEqual([
      ['WT3', '取号，教务处前面有 3 位，2 个窗口在办理。', '当时预计等候5–15 分钟。'],
      [null, '排在前面的 1 位取消了：A001。'],
      ['CL1', '原来排在前面的 2 位依次先叫：A002、A003。'],
      ['CL2', '6 张爱心号优先：A005、A006、A007、A008、A009 等。'],
      ['CL10', '工作人员点名先叫了 1 张号：A011。', '理由：赶火车'],
      ['CL1', '7 号窗口呼叫，等了 25 分钟。'],
      [null, '开始办理。'],
      ['TR1', '转到人事处，按取号时间排队。'],
      ['PS2', '过号后返回，排在 3 位之后。'],
    ])
    expect(told.waited).toBe('实际等了 25 分钟，比预计长。')
  })

  it('keeps every number where a sentence names only some, and how long a step took', () => {
    const steps = whyInFull(account, wordsIn('en')).steps
    expect(steps.map((step) => step.numbers.length)).toEqual([0, 0, 0, 6, 0, 0, 0, 0, 0])
    expect(steps.map((step) => step.until !== null)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
    expect(steps[5]?.text).toBe('Called to window 7 after 25 min.')
  })

  it('is told to the visitor in short', () => {
    const lines = account.lines.map((line) =>
      line.type === 'overtaken' ? { ...line, reasons: [] } : line,
    )
    expect(whyInShort({ ...account, lines }, wordsIn('en'), ZONE)).toEqual([
      '09:00 Taken for Registry: 3 people ahead, windows serving: 2.',
      '2 people who had been ahead were called first: A002, A003.',
      '6 care tickets went first: A005, A006, A007, A008, A009 and others.',
      'Staff chose 1 ticket first: A011.',
      '09:30 Sent to Personnel, by its time of issue.',
      '09:40 Came back after being passed, 3 places behind.',
      'The wait was 25 min, longer than foretold.',
    ])
  })

  it('says where a ticket was sent, and who was not called yet', () => {
    const { t, say } = wordsIn('en')
    const at = '2026-11-23T01:30:00Z'
    const moved = { type: 'moved', at, queue_id: 'A', to_clerk: false, by_issue: false } as const
    const first = { type: 'taken', at, queue_id: 'A', ahead: 0, open_counters: 0 } as const
    const told = whyInShort(
      {
        ...account,
        waited_s: null,
        lines: [
          first,
          { ...moved, counter_no: 4, reason: '' },
          { ...moved, counter_no: null, to_clerk: true, reason: '' },
          { ...moved, counter_no: null, reason: '' },
        ],
      },
      { t, say },
      ZONE,
    )
    expect(told).toEqual([
      '09:30 Taken for Registry: nobody ahead, windows serving: 0.',
      '09:30 Sent to window 4, to be called there alone.',
      '09:30 Sent to one member of staff, to be called by them alone.',
      '09:30 Sent to Registry, behind everybody.',
      'It has not been called yet.',
    ])
  })

  it.each([
    [100, 'The wait was 2 min, shorter than foretold.'],
    [600, 'The wait was 10 min.'],
  ])('compares %s s with what was foretold', (waited, sentence) => {
    const told = whyInShort({ ...account, waited_s: waited, lines: [] }, wordsIn('en'), ZONE)
    expect(told).toEqual([sentence])
  })

  it('says so when nothing could be foretold', () => {
    const none = { ...account, wait_min_s: null, wait_max_s: null, lines: [] }
    const lines = account.lines.slice(0, 1)
    const told = whyInFull({ ...none, lines }, wordsIn('en')).steps
    expect(told[0]?.notes[0]).toBe('No window was open then, so no wait could be foretold.')
  })

  it.each([
    ['Cause', 'cause'],
    ['Moment', 'moment'],
  ] as const)('has words for every %s', (union, branch) => {
    const text = readFileSync('frontend/src/wire/wire.gen.ts', 'utf8')
    const line = new RegExp(`export type ${union} = (.+)`).exec(text)?.[1] ?? ''
    const codes = [...line.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '')
    expect(codes.length).toBeGreaterThan(5)
    expect(Object.keys(whyWords.zh.why[branch]).sort()).toEqual([...codes].sort())
    expect(Object.keys(whyWords.en.why[branch]).sort()).toEqual([...codes].sort())
  })
})
