import type { WordsOf } from '@/shared/words/types'

const zh = {
  past: {
    of: '{date}的办理',
    unknownTitle: '没有找到这张号票',
    unknownHint: '号票只在取号当天有效。请重新扫描号票上的二维码，或到取号机重新取号。',
  },
} as const

export type PastWords = typeof zh
export const pastWords: WordsOf<PastWords> = {
  zh,
  en: {
    past: {
      of: 'Your visit on {date}',
      unknownTitle: 'Ticket not found',
      unknownHint:
        'A ticket is valid on its own day only. Scan the code on it again, or take a new one at a kiosk.',
    },
  },
}
