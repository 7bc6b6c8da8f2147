import type { WordsOf } from '@/shared/words/types'
import table from './words.json'

// The server's pages have the same header and footer, and read their words from the same file.
export type Words = typeof table.zh
export const words: WordsOf<Words> = table
