import type { CaseState } from '@/wire/wire.gen'

const zh = {
  draft: '已登记',
  form_check: '正在核对材料',
  correction_asked: '待补材料',
  corrected: '材料已补齐',
  accepted: '已受理',
  in_process: '正在办理',
  suspended: '计时中止',
  decided: '已作出决定',
  notified: '已通知您',
  delivered: '结果已送达',
  closed: '已办结',
  withdrawn: '已撤回',
} as const satisfies Record<CaseState, string>

const en = {
  draft: 'Entered',
  form_check: 'Papers being checked',
  correction_asked: 'Something to bring',
  corrected: 'Papers complete',
  accepted: 'Accepted',
  in_process: 'Being worked on',
  suspended: 'Clock stopped',
  decided: 'Decided',
  notified: 'You were told',
  delivered: 'Result delivered',
  closed: 'Done',
  withdrawn: 'Withdrawn',
} as const satisfies Record<CaseState, string>

/** How visitors are told the states of a case. */
export const caseStates = { zh, en }
