import { type IntakeWords, intakeRefusals } from '@/shared/words/intake'
import type { WordsOf } from '@/shared/words/types'

const zh = {
  take: {
    pageTitle: '手机取号',
    choose: '您要到哪个部门办理？',
    waiting: '{n} 人等候',
    nobody: '无人等候',
    none: '现在没有可以用手机取号的队列',
    noneHint: '请到大厅取号机取号，或拨打咨询电话。',
    closed: '现在不取号',
    closedHint: '今天的服务尚未开始或已经结束，请在服务时间再来取号。',
    mine: '您已取 {number}，查看进度',
    back: '重选部门',
    services: '办理事项（可多选，也可不选）',
    mostServices: '一张号票最多 {n} 项。',
    card: '校园卡号',
    cardHint: '只用来核对身份、限制重复取号；不出现在大屏和号票上，也不保存在手机上。',
    cardForm: '请填写 4–64 位卡号，可含字母和数字。',
    take: '取号',
    taking: '正在取号，请稍候',
    leave: '取号后请按预计时间到大厅等候；叫号时不在会过号。',
    connecting: '正在连接大厅',
    connectingHint: '连接后会显示可取号的队列。',
    unknown: '没有这个办事大厅',
    unknownHint: '请核对地址，或打开首页。',
    notReady: '大厅还没有开始今天的服务',
    notReadyHint: '开始后本页会自动更新。',
  },
} as const

export type Words = typeof zh & IntakeWords
export const words: WordsOf<Words> = {
  zh: { ...zh, refusal: intakeRefusals.zh },
  en: {
    refusal: intakeRefusals.en,
    take: {
      pageTitle: 'Take a number',
      choose: 'Which office do you want to visit?',
      waiting: '{n} waiting',
      nobody: 'Nobody waiting',
      none: 'No queue gives numbers by phone now',
      noneHint: 'Please take a number at a kiosk in the hall, or ask by telephone.',
      closed: 'No numbers are given out now',
      closedHint: 'Today’s service has not started or is over. Please come back in service hours.',
      mine: 'You have {number}: see how it stands',
      back: 'Choose another office',
      services: 'What you need (tick any, or none)',
      mostServices: 'One ticket holds {n} service. | One ticket holds {n} services.',
      card: 'Campus card number',
      cardHint:
        'Only to tell who takes the number, once a person. It is on no board and no ticket, and is not kept on this phone.',
      cardForm: 'Type 4 to 64 letters and digits.',
      take: 'Take a number',
      taking: 'Taking your number, please wait',
      leave: 'Be in the hall by the time expected: whoever is called and not there is passed.',
      connecting: 'Connecting to the hall',
      connectingHint: 'The queues appear once it is reached.',
      unknown: 'There is no such hall',
      unknownHint: 'Check the address, or open the start page.',
      notReady: 'The hall has not begun its day',
      notReadyHint: 'This page updates by itself when it does.',
    },
  },
}
