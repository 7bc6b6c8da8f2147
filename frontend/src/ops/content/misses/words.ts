import type { WordsOf } from '@/shared/words/types'

const zh = {
  misses: {
    title: '搜索没有找到的词',
    hint: '最近 90 天访客搜过、网站没有找到的内容；证件和电话号码已遮盖，不记录是谁搜的。给合适的指南加上这些说法，下次就能找到。',
    query: '搜索词',
    times: '次数',
    last: '最近一天',
    none: '没有找不到的词',
    noneHint: '访客搜过的内容都找到了。',
    reload: '刷新',
    filter: '筛选',
    tryOut: '再搜一次',
  },
} as const

export type MissesWords = typeof zh
export const words: WordsOf<MissesWords> = {
  zh,
  en: {
    misses: {
      title: 'Searches that found nothing',
      hint: 'What visitors looked for in the last 90 days and the website did not find. Identity and phone numbers are masked, and nobody is recorded. Add these words to the guide that is meant, and they will be found.',
      query: 'Looked for',
      times: 'Times',
      last: 'Last day',
      none: 'Nothing was missed',
      noneHint: 'Whatever visitors looked for was found.',
      reload: 'Reload',
      filter: 'Filter',
      tryOut: 'Search again',
    },
  },
}
