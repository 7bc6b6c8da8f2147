import type { WordsOf } from '@/shared/words/types'

const zh = {
  content: {
    sections: '内容',
    guides: '办事指南',
    notices: '公告',
    exchange: '导入导出',
    findings: '缺漏与坏链',
    misses: '没搜到的词',
    notPlanned: '这项服务还不在大厅方案里，取不了号。如果只在网上办，可以不管。',
    putInPlan: '放进方案…',
    askPlanner: '请有方案权限的同事把它放进方案。',
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
      notPlanned:
        "The service is not in the hall's plan, so nobody can take a number for it. One that is done online alone needs none.",
      putInPlan: 'Put it into the plan…',
      askPlanner: 'Somebody who may edit the plan can put it there.',
    },
  },
}
