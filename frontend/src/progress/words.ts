import type { WordsOf } from '@/shared/words/types'

const zh = {} as const

export type Words = typeof zh
export const words: WordsOf<Words> = { zh, en: {} }
