import { describe, expect, it } from 'vitest'
import { createApp } from 'vue'
import { type StaffWords, staffWords } from '@/shared/staff/words'
import { createWords, useLanguage } from '@/shared/words/i18n'
import type { WordsOf } from '@/shared/words/types'
import type { PlanFault } from '@/wire/wire.gen'
import { changesBetween } from './diff'
import type { Draft } from './draft'
import { smallPlan } from './fixtures'
import { markOf } from './ruleText'
import { faultPlace, faultWords, type Language, partOf, tellChange } from './tell'
import { type PlanWords, planWords } from './words'

const own: WordsOf<PlanWords & StaffWords> = {
  zh: { ...staffWords.zh, ...planWords.zh },
  en: { ...staffWords.en, ...planWords.en },
}

function words(language: 'zh' | 'en'): Language {
  let found: Language | undefined
  const setup = (): (() => null) => {
    found = useLanguage<PlanWords & StaffWords>()
    return () => null
  }
  createApp({ setup }).use(createWords(own, language)).mount(document.createElement('div'))
  if (!found) throw new Error('not mounted')
  return found
}

function told(edit: (plan: Draft) => void, language: 'zh' | 'en' = 'zh'): string[] {
  const after = smallPlan()
  edit(after)
  return changesBetween(smallPlan(), after).map((change) => {
    const line = tellChange(change, smallPlan(), after, words(language))
    return `${line.place}|${line.field}|${line.before}|${line.after}`
  })
}

describe('a change in words', () => {
  it.each<[string, (plan: Draft) => void, string]>([
    ['queues', (p) => p.counters[0]?.queue_ids.push('B'), '1 号窗口|业务队列|A|A、B'],
    [
      'a new window',
      (p) => p.counters.push({ ...p.counters[1], counter_id: 'W9', no: 9 } as never),
      '9 号窗口|新增||A、B · 等得最久的先办',
    ],
    ['a window less', (p) => p.counters.splice(0, 1), '1 号窗口|删去||A'],
    [
      'the ticket',
      (p) => p.paper.push({ kind: 'note', text: { zh: '请勿离开', en: 'Stay' }, size: 'small' }),
      '号票||业务队列、号码|业务队列、号码、“请勿离开”',
    ],
    ['a letter', (p) => Object.assign(p.queues[0] ?? {}, { letter: 'C' }), '队列 C 业务A|字母|A|C'],
    [
      'a limit',
      (p) => Object.assign(p.queues[0] ?? {}, { waiting_max: 40 }),
      '队列 A 业务A|等候人数上限|不限|40',
    ],
    [
      'minutes',
      (p) => Object.assign(p.queues[0] ?? {}, { mean_handling_s: 390 }),
      '队列 A 业务A|平均办理时间|5 分钟|6.5 分钟',
    ],
    [
      'a rule number',
      (p) => Object.assign(p.rules, { passed_expires_s: 5400 }),
      '过号保留时间||1 分钟|90 分钟',
    ],
    [
      'hours',
      (p) => p.hours[0]?.spans.push({ opens: 810, closes: 1020 }),
      '周一|服务时间|08:00–11:30|08:00–11:30、13:30–17:00',
    ],
    [
      'a holiday',
      (p) => p.special_days.push({ day: '2026-10-01', spans: [], name: null }),
      '2026-10-01|新增||不开放',
    ],
    [
      'a timetable',
      (p) =>
        p.counters[0]?.timetable.push({
          from_minute: 840,
          serving: { queue_ids: ['B'], mode: 'longest_wait', shares: [] },
        }),
      '1 号窗口|14:00 起||B',
    ],
    ['the rule', (p) => Object.assign(p, { rule: 'wait_min' }), '叫号规则||无|wait_min'],
    ['another order', (p) => p.queues.reverse(), '业务队列|||次序有变'],
    [
      'the name of the hall',
      (p) => Object.assign(p.name, { zh: '新厅' }),
      '大厅 · 中文名称||大厅|新厅',
    ],
  ])('says %s', (_name, edit, expected) => {
    expect(told(edit)).toEqual([expected])
  })

  it('speaks English too', () => {
    const edit = (plan: Draft): void => void plan.counters[0]?.queue_ids.push('B')
    expect(told(edit, 'en')).toEqual(['Window 1|queues|A|A, B'])
  })
})

describe('a fault', () => {
  const fault = (path: string, more: Partial<PlanFault> = {}): PlanFault => ({
    code: 'missing',
    path,
    found: '',
    hint: '',
    rule: null,
    ...more,
  })

  it.each([
    ['/queues/1/letter', '队列 B 业务B · 字母', 'queues'],
    ['/counters/0/queue_ids/1', '1 号窗口 · 业务队列', 'counters'],
    ['/services/0/name/zh', '事项 盖章 · 中文名称', 'services'],
    ['/hours/0/spans/0/closes', '周一 · 结束', 'hours'],
    ['/special_days', '特别日期', 'hours'],
    ['/rules/undo_s', '可撤销呼叫的时间', 'rules'],
    ['/rule', '叫号规则', 'rule'],
    ['/time_zone', '时区', 'hall'],
    ['/name/en', '大厅 · 英文名称', 'hall'],
    ['/zones', '分厅', 'zones'],
  ])('at %s is at %s', (path, place, part) => {
    expect(faultPlace(fault(path), smallPlan(), words('zh'))).toBe(place)
    expect(partOf(path)).toBe(part)
  })

  it('of a rule says its line and column', () => {
    const rule = { code: 'rule_unknown_fact', line: 2, column: 3 } as const
    const found = fault('/rule', { code: 'rule', found: 'wait', hint: 'wait_min', rule })
    expect(faultWords(found, words('zh'))).toContain('第 2 行第 3 字')
    expect(faultWords(found, words('zh'))).toContain('wait_min')
  })

  it('is marked in the rule, also behind characters of two halves', () => {
    const at = (source: string, line: number, column: number, found: string) =>
      markOf(source, fault('/rule', { found, rule: { code: 'rule_unknown_fact', line, column } }))
    expect(at('1 +\n  wait + 1', 2, 3, 'wait')).toEqual({
      before: '1 +\n  ',
      at: 'wait',
      after: ' + 1',
    })
    expect(at('"😀" == wait', 1, 8, 'wait')).toEqual({ before: '"😀" == ', at: 'wait', after: '' })
    expect(at('1 +', 1, 4, '')).toEqual({ before: '1 +', at: ' ', after: '' })
    expect(markOf('wait_min', null)).toEqual({ before: 'wait_min', at: '', after: '' })
  })
})
