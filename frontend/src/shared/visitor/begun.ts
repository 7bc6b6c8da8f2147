import type { Text } from '@/wire/wire.gen'

const CASES_KEY = 'yizhan.cases'
const TICKET_KEY = 'yizhan.ticket'
const QUESTIONS_KEY = 'yizhan.consultations'
const KEPT_MAX = 20
const WORDS_MAX = 40

/** A case that was looked at in this browser. */
export interface BegunCase {
  readonly token: string
  readonly name: Text
  readonly number: string | null
}

/** The cases that were looked at in this browser, newest first. */
export function begunCases(): BegunCase[] {
  const kept = read(CASES_KEY)
  if (!Array.isArray(kept)) return []
  return (kept as Partial<BegunCase>[]).filter(isCase).slice(0, KEPT_MAX)
}

export function rememberCase(found: BegunCase): void {
  const cases = [found, ...begunCases().filter(({ token }) => token !== found.token)]
  localStorage.setItem(CASES_KEY, JSON.stringify(cases.slice(0, KEPT_MAX)))
}

/** A question or chat that was begun in this browser. */
export interface BegunQuestion {
  readonly token: string
  readonly words: string
}

/** Those begun in this browser, newest first. */
export function begunQuestions(): BegunQuestion[] {
  const kept = read(QUESTIONS_KEY)
  if (!Array.isArray(kept)) return []
  return (kept as Partial<BegunQuestion>[]).filter(isQuestion).slice(0, KEPT_MAX)
}

export function rememberQuestion(found: BegunQuestion): void {
  const words = found.words.slice(0, WORDS_MAX)
  const others = begunQuestions().filter(({ token }) => token !== found.token)
  const kept = [{ token: found.token, words }, ...others].slice(0, KEPT_MAX)
  localStorage.setItem(QUESTIONS_KEY, JSON.stringify(kept))
}

/** The secrets of tickets that were taken in this browser. */
export function begunTickets(): string[] {
  const kept = read(TICKET_KEY) as { token?: unknown } | null
  return isSecret(kept?.token) ? [kept.token] : []
}

function isCase(kept: Partial<BegunCase> | null): kept is BegunCase {
  return isSecret(kept?.token) && typeof kept?.name?.zh === 'string'
}

function isQuestion(kept: Partial<BegunQuestion> | null): kept is BegunQuestion {
  return isSecret(kept?.token) && typeof kept?.words === 'string'
}

function isSecret(token: unknown): token is string {
  return typeof token === 'string' && /^[\w-]{20,64}$/.test(token)
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null // somebody else's, or cut off
  }
}
