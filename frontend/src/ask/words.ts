import type { WordsOf } from '@/shared/words/types'
import type { MoreWords } from './moreWords'

const zh = {
  ask: {
    pageTitle: '咨询',
    title: '有什么想问的？',
    lead: '先由小助手从办事指南里找答案；答不上来，就转给工作人员。',
    hint: '例如：校园卡丢了怎么补办？',
    label: '您的问题',
    send: '提问',
    thinking: '正在查找…',
    you: '您',
    assistant: '小助手',
    staff: '工作人员',
    readGuide: '查看指南：{title}',
    readQuestion: '查看问答：{title}',
    near: '您要问的可能是',
    person: '还没解决？',
    personHint: '刚才的对话会一起转过去，不用重说一遍。',
    chat: '与工作人员对话',
    leave: '留言，由部门答复',
    closedHint: '现在不在服务时间，可以留言，两个工作日内答复。',
    askPerson: '不问小助手，直接找工作人员',
    privacy: '请不要写身份证号、银行卡号等信息。',
    aboutFrom: '刚才看的事项（编号 {id}）',
    mine: '我的提问',
    others: '看看别人问过的',
  },
} as const

export type Words = typeof zh & MoreWords
export const words: WordsOf<typeof zh> = {
  zh,
  en: {
    ask: {
      pageTitle: 'Ask',
      title: 'What would you like to know?',
      lead: 'The assistant looks in the guides first; what it does not know, people answer.',
      hint: 'Such as: I lost my campus card. What now?',
      label: 'Your question',
      send: 'Ask',
      thinking: 'Looking…',
      you: 'You',
      assistant: 'Assistant',
      staff: 'Staff',
      readGuide: 'Read the guide: {title}',
      readQuestion: 'Read the answer: {title}',
      near: 'Perhaps you mean',
      person: 'Not what you need?',
      personHint: 'What was said here goes along: no need to say it again.',
      chat: 'Chat with a person',
      leave: 'Leave a question for a department',
      closedHint: 'The desk is closed now. Leave a question: answered within two working days.',
      askPerson: 'Ask a person, not the assistant',
      privacy: 'Please write no identity or bank card numbers.',
      aboutFrom: 'The service you were reading of ({id})',
      mine: 'My questions',
      others: 'What others have asked',
    },
  },
}
