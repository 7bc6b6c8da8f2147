import type { WordsOf } from '@/shared/words/types'
import { en } from './en'
import { zh } from './zh'

export type PlanWords = typeof zh
export const planWords: WordsOf<PlanWords> = { zh, en }
