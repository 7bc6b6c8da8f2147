import type { ConsultationState } from '@/wire/wire.gen'

const zh = {
  question: {
    asked: '已收到，等待受理',
    taken: '工作人员正在处理',
    answered: '已答复',
    closed: '已结束',
  } as const satisfies Record<ConsultationState, string>,
  chat: {
    asked: '正在为您接通工作人员…',
    taken: '对话中',
    answered: '对话中',
    closed: '对话已结束',
  } as const satisfies Record<ConsultationState, string>,
}

const en = {
  question: {
    asked: 'Received, waiting for somebody',
    taken: 'Somebody is on it',
    answered: 'Answered',
    closed: 'Closed',
  } as const satisfies Record<ConsultationState, string>,
  chat: {
    asked: 'Finding somebody for you…',
    taken: 'In the chat',
    answered: 'In the chat',
    closed: 'The chat is over',
  } as const satisfies Record<ConsultationState, string>,
}

/** How visitors are told the states of a question or chat. */
export const consultationStates = { zh, en }
