import type { CaseState } from '@/wire/wire.gen'

const zh = {
  draft: '草稿',
  form_check: '核对材料',
  correction_asked: '待补正',
  corrected: '已补正',
  accepted: '已受理',
  in_process: '办理中',
  suspended: '已中止',
  decided: '已决定',
  notified: '已通知',
  delivered: '已送达',
  closed: '已办结',
  withdrawn: '已撤回',
} as const satisfies Record<CaseState, string>

const en = {
  draft: 'Draft',
  form_check: 'Papers being checked',
  correction_asked: 'Papers missing',
  corrected: 'Papers complete',
  accepted: 'Accepted',
  in_process: 'In process',
  suspended: 'Suspended',
  decided: 'Decided',
  notified: 'Told',
  delivered: 'Delivered',
  closed: 'Closed',
  withdrawn: 'Withdrawn',
} as const satisfies Record<CaseState, string>

/** How staff call the states of a case. */
export const caseStateWords = { zh, en }
