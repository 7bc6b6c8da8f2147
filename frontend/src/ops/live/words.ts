import type { WordsOf } from '@/shared/words/types'

const zh = {
  live: {
    title: '现场',
    waiting: '等候',
    windows: '窗口',
  },
} as const

export type LiveWords = typeof zh
export const liveWords: WordsOf<LiveWords> = {
  zh,
  en: {
    live: {
      title: 'Live',
      waiting: 'Waiting',
      windows: 'Windows',
    },
  },
}
