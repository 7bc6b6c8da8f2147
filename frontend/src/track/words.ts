import { caseStates } from '@/shared/visitor/caseStates'
import type { WordsOf } from '@/shared/words/types'
import type { CaseState, Outcome } from '@/wire/wire.gen'
import type { FindWords } from './findWords'

const next = {
  draft: '窗口正在为您登记，稍后再看。',
  form_check: '五个工作日内会告诉您是否受理、缺什么。',
  correction_asked: '请补齐下面的材料，交到受理窗口。',
  corrected: '窗口将很快受理，您不必再来。',
  accepted: '承办部门会在办结日前办完，您不必再来。',
  in_process: '承办部门会在办结日前办完，您不必再来。',
  suspended: '等待期间不计入办理时限，恢复后办结日会顺延。',
  decided: '承办部门会通知您如何领取结果。',
  notified: '请按通知领取结果。',
  delivered: '您已收到结果。',
  closed: '这件事已经办完。',
  withdrawn: '这件事已按您的意愿撤回。',
} as const satisfies Record<CaseState, string>

const outcome = {
  granted: '准予办理',
  refused: '不予办理，理由见决定书',
} as const satisfies Record<Outcome, string>

const zh = {
  track: {
    pageTitle: '办件进度',
    number: '办件号',
    service: '办理事项',
    office: '咨询',
    due: '承诺办结',
    late: '已超过承诺日期，承办部门会优先处理。',
    provisional: '跨年放假安排公布后可能调整。',
    result: '结果',
    missing: '需补材料',
    promised: '您承诺后补',
    by: '{date} 前',
    steps: '办理经过',
    ahead: '接下来',
    toCome: {
      accepted: '受理',
      in_process: '办理',
      decided: '作出决定',
      notified: '通知您',
      delivered: '送达结果',
    },
    loading: '正在读取',
    unknown: '没有查到这个办件',
    unknownHint: '请重新扫描回执上的二维码，或到窗口凭办件号查询。',
    away: '现在读不到最新进度',
    awayHint: '请检查网络，本页会自动再试。',
    again: '再试一次',
    state: caseStates.zh,
    next,
    outcome,
  },
} as const

export type Words = typeof zh & FindWords
export const words: WordsOf<typeof zh> = {
  zh,
  en: {
    track: {
      pageTitle: 'Your case',
      number: 'Case',
      service: 'Service',
      office: 'Ask at',
      due: 'Due',
      late: 'It is past the promised day. The office gives it priority.',
      provisional: 'May move once next year’s days off are announced.',
      result: 'Result',
      missing: 'To bring',
      promised: 'You promised to bring',
      by: 'by {date}',
      steps: 'What happened',
      ahead: 'Still to come',
      toCome: {
        accepted: 'It is accepted',
        in_process: 'The office works on it',
        decided: 'It is decided',
        notified: 'You are told',
        delivered: 'You get the result',
      },
      loading: 'Reading',
      unknown: 'No such case was found',
      unknownHint: 'Scan the code on the receipt again, or ask at a window with the case number.',
      away: 'The newest state cannot be read now',
      awayHint: 'Check your network. This page tries again by itself.',
      again: 'Try again',
      state: caseStates.en,
      next: {
        draft: 'The window is entering it. Look again in a moment.',
        form_check: 'Within five working days you are told whether it is accepted.',
        correction_asked: 'Bring what is listed below to the window.',
        corrected: 'The window accepts it soon. You need not come.',
        accepted: 'The office finishes it by the due day. You need not come.',
        in_process: 'The office finishes it by the due day. You need not come.',
        suspended: 'These days do not count. The due day moves when it goes on.',
        decided: 'The office tells you how to get the result.',
        notified: 'Collect the result as you were told.',
        delivered: 'You have the result.',
        closed: 'This matter is done.',
        withdrawn: 'This matter was withdrawn as you wished.',
      },
      outcome: {
        granted: 'Granted',
        refused: 'Refused; the decision says why',
      },
    },
  },
}
