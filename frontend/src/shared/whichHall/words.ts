import type { WordsOf } from '@/shared/words/types'

const zh = { which: { title: '请选择办事大厅' } } as const

export type Words = typeof zh
export const words: WordsOf<Words> = { zh, en: { which: { title: 'Which hall?' } } }
