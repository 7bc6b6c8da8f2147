import type { WordsOf } from '@/shared/words/types'

const zh = {
  content: {
    sections: '内容',
    guides: '办事指南',
    notices: '公告',
    exchange: '导入导出',
    findings: '缺漏与坏链',
    misses: '没搜到的词',
  },
} as const

export type ContentWords = typeof zh
export const contentWords: WordsOf<ContentWords> = {
  zh,
  en: {
    content: {
      sections: 'Content',
      guides: 'Guides',
      notices: 'Notices',
      exchange: 'Import and export',
      findings: 'Gaps and links',
      misses: 'Not found',
    },
  },
}
