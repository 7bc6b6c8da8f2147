import { type StaffWords, staffWords } from '@/shared/staff/words'
import type { WordsOf } from '@/shared/words/types'
import { type AccountsWords, accountsWords } from './accounts/words'
import { type AuditWords, auditWords } from './audit/words'
import { type CalendarWords, calendarWords } from './calendar/words'
import { type CaseWords, caseWords } from './cases/words'
import { type DeviceWords, deviceWords } from './devices/words'
import { type FollowUpWords, followUpWords } from './followups/words'
import { type LiveWords, liveWords } from './live/words'
import { type PastWords, pastWords } from './past/words'
import { type PlanWords, planWords } from './plans/words'
import { type ReplayWords, replayWords } from './replay/words'

const zh = {
  ops: {
    title: '大厅运行',
    tab: {
      live: '现场',
      plans: '方案',
      replay: '重演',
      why: '追溯',
      screens: '回看',
      rosters: '排班',
      cases: '办件',
      statistics: '统计',
      devices: '设备',
      accounts: '账号',
      me: '我的账号',
      followUps: '差评回访',
      consultations: '咨询',
      bookings: '预约',
      calendar: '工作日历',
      content: '内容',
      audit: '审计',
    },
    tabs: '页面',
    urgent: '，{n} 项待处理',
    signInTitle: '工作人员登录',
    demoHint: '演示：用户名 supervisor，密码 demo',
    closed: '今天的服务已结束',
    ground: '深色界面',
    unshownTitle: '大厅还没有开始今天的服务',
    unshownHint: '开始后本页会自动更新，无需刷新。',
    troubleTitle: '暂时连不上大厅',
    troubleHint: '网络恢复后本页会自动更新，无需刷新。',
    unknownTitle: '没有这个办事大厅',
    unknownHint: '请核对地址，或打开首页。',
  },
} as const

export type Words = typeof zh &
  StaffWords &
  LiveWords &
  PlanWords &
  ReplayWords &
  PastWords &
  CaseWords &
  CalendarWords &
  DeviceWords &
  AccountsWords &
  FollowUpWords &
  AuditWords
export const words: WordsOf<Words> = {
  zh: {
    ...staffWords.zh,
    ...liveWords.zh,
    ...planWords.zh,
    ...replayWords.zh,
    ...pastWords.zh,
    ...caseWords.zh,
    ...calendarWords.zh,
    ...deviceWords.zh,
    ...accountsWords.zh,
    ...followUpWords.zh,
    ...auditWords.zh,
    ...zh,
  },
  en: {
    ...staffWords.en,
    ...liveWords.en,
    ...planWords.en,
    ...replayWords.en,
    ...pastWords.en,
    ...caseWords.en,
    ...calendarWords.en,
    ...deviceWords.en,
    ...accountsWords.en,
    ...followUpWords.en,
    ...auditWords.en,
    ops: {
      title: 'Hall operations',
      tab: {
        live: 'Live',
        plans: 'Plan',
        replay: 'Replay',
        why: 'Why',
        screens: 'Screens then',
        rosters: 'Roster',
        cases: 'Cases',
        statistics: 'Statistics',
        devices: 'Devices',
        accounts: 'Accounts',
        me: 'My account',
        followUps: 'Bad ratings',
        consultations: 'Consultations',
        bookings: 'Bookings',
        calendar: 'Calendar',
        content: 'Content',
        audit: 'Audit',
      },
      tabs: 'Pages',
      urgent: ', {n} to look after',
      signInTitle: 'Staff sign-in',
      demoHint: 'Demo: user name supervisor, password demo',
      closed: 'Today’s service has ended',
      ground: 'Dark screen',
      unshownTitle: 'The hall has not begun its day',
      unshownHint: 'This page updates by itself when it does.',
      troubleTitle: 'The hall cannot be reached',
      troubleHint: 'This page updates by itself as soon as the network is back.',
      unknownTitle: 'There is no such hall',
      unknownHint: 'Check the address, or open the start page.',
    },
  },
}
