import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { staffWords } from '@/shared/staff/words'
import { en } from './en'
import { zh } from './zh'

/** The codes as the hub itself has them: the generated file, read as text. */
function codesOf(union: string): string[] {
  const text = readFileSync('frontend/src/wire/wire.gen.ts', 'utf8')
  const line = new RegExp(`export type ${union} = (.+)`).exec(text)?.[1] ?? ''
  return [...line.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '')
}

describe.each([
  ['Chinese', zh, staffWords.zh],
  ['English', en, staffWords.en],
] as const)('in %s', (_name, words, staff) => {
  it.each([
    ['PlanFaultCode', words.plan.fault],
    ['RuleFaultCode', staff.ruleFault],
  ] as const)('every %s has words', (union, sentences) => {
    const codes = codesOf(union)
    expect(codes.length).toBeGreaterThan(5)
    expect(Object.keys(sentences).sort()).toEqual([...codes].sort())
    for (const sentence of Object.values(sentences)) expect(sentence.length).toBeGreaterThan(4)
  })
})
