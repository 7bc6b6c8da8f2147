import type { WordsOf } from '@/shared/words/types'
import type { ConsultationRefusalCode } from '@/wire/wire.gen'
import { textWords } from './textWords'

const refusalZh = {
  unknown_consultation: '没有这条咨询，请核对网址。',
  already_asked: '这条已经提交过了。',
  consultation_asked: '还没有人受理。',
  consultation_taken: '已经有人受理。',
  consultation_answered: '已经答复。',
  consultation_closed: '这次咨询已经结束，需要时请重新提问。',
  taken_by_other: '由其他人受理中。',
  not_a_chat: '这已转为留言，请等待答复。',
  not_a_question: '这是在线对话，请直接回复。',
  not_public: '提问人选择了不公开。',
  not_answered: '请先答复。',
  not_published: '还没有公开。',
  words_sensitive: '内容里有需要先看的词，请改写后再公开。',
  unknown_service: '没有这个事项。',
  unknown_department: '没有这个部门。',
  nobody_there: '这个部门没有这个人。',
  target_same: '已经在那里了。',
  asked_again_already: '已经追问过一次；还有问题请重新提问。',
  rated_already: '已经评价过了。',
  frequent_already: '已经加入常见问题。',
  proposed_already: '已经有人提议，等待审核。',
  not_proposed: '还没有人提议，或已经退回。',
  second_person_needed: '须由提议人以外的部门负责人或大厅管理员审核。',
  too_long_a_talk: '这次对话太长了，请结束后重新开始。',
} as const satisfies Record<ConsultationRefusalCode, string>

const zh = {
  consult: { text: textWords.zh.consult.text, refusal: refusalZh },
} as const

export type ConsultWords = typeof zh

/** What a rule, or the check of what was written, says no with. */
export const consultWords: WordsOf<ConsultWords> = {
  zh,
  en: {
    consult: {
      text: textWords.en.consult.text,
      refusal: {
        unknown_consultation: 'There is no such consultation; check the address.',
        already_asked: 'This has been sent already.',
        consultation_asked: 'Nobody has taken it yet.',
        consultation_taken: 'Somebody has taken it already.',
        consultation_answered: 'It is answered already.',
        consultation_closed: 'This consultation is over; ask anew if you need to.',
        taken_by_other: 'Somebody else has taken it.',
        not_a_chat: 'It has become a question; please wait for the answer.',
        not_a_question: 'This is a chat; just reply.',
        not_public: 'Who asked does not want it published.',
        not_answered: 'Answer it first.',
        not_published: 'It is not published.',
        words_sensitive: 'There are words that are looked at first; put it in other words.',
        unknown_service: 'There is no such service.',
        unknown_department: 'There is no such department.',
        nobody_there: 'Nobody of that name works there.',
        target_same: 'It is there already.',
        asked_again_already: 'You have asked again once; ask anew if there is more.',
        rated_already: 'It has been rated already.',
        frequent_already: 'It is a frequent question already.',
        proposed_already: 'It is proposed already, and waits to be reviewed.',
        not_proposed: 'Nobody has proposed it, or it was declined.',
        second_person_needed: 'A manager or supervisor who did not propose it has to review it.',
        too_long_a_talk: 'This chat is too long; end it and begin another.',
      },
    },
  },
}
