import type { WordsOf } from '@/shared/words/types'

const zh = {
  answer: {
    title: '大厅对您评价的答复',
    waiting: '大厅会在下一个工作日内回访，15 个工作日内答复。答复会出现在这里，请保留号票。',
    calledBack: '回访',
    answered: '答复',
    ask: '您对这次答复满意吗？',
    comment: '还想说的话（选填）',
    send: '提交',
    given: '您对答复的评价：{level}',
    failed: '没有送到，请再按一次。',
  },
} as const

export type AnswerWords = typeof zh
export const answerWords: WordsOf<AnswerWords> = {
  zh,
  en: {
    answer: {
      title: 'The hall’s answer to your rating',
      waiting:
        'The hall gets back to you within one working day and answers within 15. The answer appears here; please keep the ticket.',
      calledBack: 'Getting back to you',
      answered: 'Answer',
      ask: 'How is this answer?',
      comment: 'Anything to add (optional)',
      send: 'Send',
      given: 'You rated the answer: {level}',
      failed: 'It was not sent; press once more.',
    },
  },
}
