import { type StaffWords, staffWords } from '@/shared/staff/words'
import type { WordsOf } from '@/shared/words/types'
import { type DeviceWords, deviceWords } from './devices/words'
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
      devices: '设备',
    },
    tabs: '页面',
    signInTitle: '大厅管理员登录',
    demoHint: '演示：用户名 supervisor，密码 demo',
    closed: '今天的服务已结束',
    ground: '深色界面',
    notYoursTitle: '这里只供大厅管理员使用',
    notYoursHint: '您以 {name} 登录，没有管理权限。请换一个账号，或打开窗口工作台。',
    toDesk: '打开窗口工作台',
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
  DeviceWords
export const words: WordsOf<Words> = {
  zh: {
    ...staffWords.zh,
    ...liveWords.zh,
    ...planWords.zh,
    ...replayWords.zh,
    ...pastWords.zh,
    ...deviceWords.zh,
    ...zh,
  },
  en: {
    ...staffWords.en,
    ...liveWords.en,
    ...planWords.en,
    ...replayWords.en,
    ...pastWords.en,
    ...deviceWords.en,
    ops: {
      title: 'Hall operations',
      tab: {
        live: 'Live',
        plans: 'Plan',
        replay: 'Replay',
        why: 'Why',
        screens: 'Screens then',
        devices: 'Devices',
      },
      tabs: 'Pages',
      signInTitle: 'Supervisor sign-in',
      demoHint: 'Demo: user name supervisor, password demo',
      closed: 'Today’s service has ended',
      ground: 'Dark screen',
      notYoursTitle: 'For supervisors of the hall only',
      notYoursHint:
        'You are signed in as {name}, who may not manage the hall. Use another account, or open the window desk.',
      toDesk: 'Open the window desk',
      unshownTitle: 'The hall has not begun its day',
      unshownHint: 'This page updates by itself when it does.',
      troubleTitle: 'The hall cannot be reached',
      troubleHint: 'This page updates by itself as soon as the network is back.',
      unknownTitle: 'There is no such hall',
      unknownHint: 'Check the address, or open the start page.',
    },
  },
}
