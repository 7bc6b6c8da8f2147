import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { en } from './en'
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
] as const)('every %s', (union, branch) => {
  it.each([
    ['Chinese', zh],
    ['English', en],
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
    [2700, 4500, 'wait.between', { min: 45, max: 75 }],
    [3600, 5400, 'wait.over', {}],
    [9000, 9000, 'wait.over', {}],
  ] as const)('of %s to %s s is %s', (minS, maxS, key, values) => {
    expect(waitWords(minS, maxS)).toEqual({ key, values })
  })
})
