import type { Behind, CounterSpan, Dimension, Figures, StatisticsGuide } from '@/wire/wire.gen'
import { request } from './api'

/** A year by two dimensions takes a moment. */
const ANSWER_MAX_MS = 20_000

/** Values of dimensions to look at alone; `''` is what has none. */
export type Only = Readonly<Partial<Record<Dimension, readonly string[]>>>

/** What is asked for; days as `2026-11-23`. */
export interface FigureQuestion {
  readonly from: string
  readonly to: string
  readonly measures: readonly string[]
  readonly by?: readonly Dimension[]
  readonly only?: Only
}

const root = (hallId: string): string => `/api/halls/${encodeURIComponent(hallId)}/statistics`
const ask = <T>(path: string): Promise<T> => request<T>('GET', path, undefined, ANSWER_MAX_MS)

function asked(question: FigureQuestion): URLSearchParams {
  const { from, to, measures, by = [], only = {} } = question
  const found = new URLSearchParams({ from, to, measures: measures.join(','), by: by.join(',') })
  for (const [dimension, values] of Object.entries(only)) {
    for (const value of values) found.append('only', `${dimension}:${value}`)
  }
  return found
}

export const fetchGuide = (hallId: string): Promise<StatisticsGuide> => ask(`${root(hallId)}/guide`)

export const fetchFigures = (hallId: string, question: FigureQuestion): Promise<Figures> =>
  ask(`${root(hallId)}?${asked(question)}`)

/** The tickets and cases behind one figure. */
export const fetchBehind = (hallId: string, question: FigureQuestion): Promise<Behind[]> =>
  ask(`${root(hallId)}/behind?${asked(question)}`)

/** What the windows did on a day. */
export const fetchSpans = (hallId: string, day: string): Promise<CounterSpan[]> =>
  ask(`${root(hallId)}/spans?day=${encodeURIComponent(day)}`)

/** Where the same rows are to be had as a file. */
export function exportAddress(
  hallId: string,
  question: FigureQuestion,
  format: 'csv' | 'xlsx',
  language: string,
): string {
  const query = asked(question)
  query.set('format', format)
  query.set('language', language)
  return `${root(hallId)}/export?${query}`
}
