/** The same tree of keys, with any words: a language that lacks a key does not type-check. */
export type WordingOf<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : WordingOf<T[K]>
}

/** The dotted paths of a tree of words: `'state.waiting' | …`. */
export type KeyOf<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${KeyOf<T[K]>}`
}[keyof T & string]

export type Language = 'zh' | 'en'

/** The words of an app, beside the shared ones. */
export interface WordsOf<T> {
  readonly zh: T
  readonly en: WordingOf<T>
}
