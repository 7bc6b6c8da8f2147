import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createApp } from 'vue'
import { staffWords } from '@/shared/staff/words'
import { en } from './en'
import { createWords, useLanguage } from './i18n'
import { waitWords } from './wait'
import { zh } from './zh'

/** The codes as the hub itself has them: the generated file, read as text. */
function codesOf(union: string): string[] {
  const text = readFileSync('frontend/src/wire/wire.gen.ts', 'utf8')
  const line = new RegExp(`export type ${union} = (.+)`).exec(text)?.[1] ?? ''
  return [...line.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '')
}

describe.each([
  ['RefusalCode', 'refusal'],
  ['ErrorCode', 'error'],
  ['CaseRefusalCode', 'caseRefusal'],
] as const)('every %s', (union, branch) => {
  it.each([
    ['Chinese', { ...zh, ...staffWords.zh }],
    ['English', { ...en, ...staffWords.en }],
  ] as const)('has words in %s', (_name, words) => {
    const codes = codesOf(union)
    expect(codes.length).toBeGreaterThan(5)
    expect(Object.keys(words[branch]).sort()).toEqual([...codes].sort())
    for (const sentence of Object.values(words[branch])) {
      expect(sentence.length).toBeGreaterThan(4)
    }
  })
})

describe('the wait in words (WT2)', () => {
  it.each([
    [null, null, 'wait.closed', {}],
    [0, 240, 'wait.under', { max: 5 }],
    [0, 300, 'wait.under', { max: 5 }],
    [0, 900, 'wait.under', { max: 15 }],
    [600, 1200, 'wait.between', { min: 10, max: 20 }],
    [700, 1000, 'wait.between', { min: 10, max: 20 }],
    [600, 600, 'wait.exactly', { max: 10 }],
    [2700, 3600, 'wait.between', { min: 45, max: 60 }],
    [2700, 4500, 'wait.atLeast', { min: 45 }],
    [0, 4500, 'wait.atLeast', { min: 5 }],
    [3600, 5400, 'wait.over', {}],
    [9000, 9000, 'wait.over', {}],
  ] as const)('of %s to %s s is %s', (minS, maxS, key, values) => {
    expect(waitWords(minS, maxS)).toEqual({ key, values })
  })

  it('is what the paper says in English', () => {
    const { under, between, atLeast, over, closed } = en.wait
    expect([under, between, atLeast, over, closed]).toEqual([
      '{max} min or less',
      '{min}–{max} min',
      '{min} min or more',
      '1 hour or more',
      'No window open',
    ])
  })
})

describe('messages', () => {
  const own = {
    zh: { ahead: '前面 {n} 人，见 a@b', pair: '{from} 到 {to}' },
    en: { ahead: '{n} person | {n} people', pair: '{from} to {to}' },
  } as const

  function words() {
    let found: ReturnType<typeof useLanguage<typeof own.zh>> | undefined
    const setup = (): (() => null) => {
      found = useLanguage<typeof own.zh>()
      return () => null
    }
    createApp({ setup }).use(createWords(own, 'zh')).mount(document.createElement('div'))
    if (!found) throw new Error('not mounted')
    return found
  }

  it('take values, and mean what they say', () => {
    expect(words().t('ahead', { n: 3 })).toBe('前面 3 人，见 a@b')
    expect(words().both('pair', { from: 1, to: 2 })).toEqual({ zh: '1 到 2', en: '1 to 2' })
  })

  it('know one from many', () => {
    expect(words().t('ahead', { n: 1 }, 'en')).toBe('1 person')
    expect(words().t('ahead', { n: 12 }, 'en')).toBe('12 people')
  })

  it('change language, for the page and its next visit', () => {
    const { setLanguage, t, language } = words()
    setLanguage('en')
    expect(language.value).toBe('en')
    expect(t('common.close')).toBe('Close')
    expect(document.documentElement.lang).toBe('en')
    expect(localStorage.getItem('yizhan.language')).toBe('en')
  })
})
