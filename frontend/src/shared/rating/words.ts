import type { WordsOf } from '@/shared/words/types'

const zh = {
  rating: {
    ask: '您对本次服务满意吗？',
    level: {
      l5: '非常满意',
      l4: '满意',
      l3: '基本满意',
      l2: '不满意',
      l1: '非常不满意',
    },
    good: '满意在哪里？（可多选）',
    bad: '哪里需要改进？（可多选）',
    tag: {
      friendly: '服务热情',
      quick: '办理迅速',
      clear: '讲解清楚',
      skilled: '业务熟练',
      easy: '流程简便',
      long_wait: '等候太久',
      slow: '办理太慢',
      unclear: '讲解不清',
      many_steps: '手续繁琐',
      unfriendly: '态度不好',
      unsolved: '问题未解决',
      facilities: '环境设施差',
    },
    comment: '还想说的话（选填）',
    send: '提交评价',
    private: '窗口人员看不到是谁评价的。',
    thanks: '谢谢您的评价',
    given: '您的评价：{level}',
    failed: '没有送到，请再按一次。',
    refused: '这次办理已评价过，或已过评价期限（办理当天起五天内）。',
  },
} as const

export type RatingWords = typeof zh
export const ratingWords: WordsOf<RatingWords> = {
  zh,
  en: {
    rating: {
      ask: 'How was our service?',
      level: {
        l5: 'Very good',
        l4: 'Good',
        l3: 'Fair',
        l2: 'Poor',
        l1: 'Very poor',
      },
      good: 'What was good? (any number)',
      bad: 'What should improve? (any number)',
      tag: {
        friendly: 'Friendly',
        quick: 'Quick',
        clear: 'Well explained',
        skilled: 'Competent',
        easy: 'Easy steps',
        long_wait: 'Long wait',
        slow: 'Slow handling',
        unclear: 'Poorly explained',
        many_steps: 'Too many steps',
        unfriendly: 'Unfriendly',
        unsolved: 'Not solved',
        facilities: 'Poor facilities',
      },
      comment: 'Anything else (optional)',
      send: 'Send',
      private: 'The clerk does not see who said it.',
      thanks: 'Thank you',
      given: 'You said: {level}',
      failed: 'It did not arrive. Please press once more.',
      refused: 'This visit was rated already, or its five days are over.',
    },
  },
}
