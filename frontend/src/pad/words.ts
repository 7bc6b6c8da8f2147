import { ratingWords } from '@/shared/rating/words'
import type { WordsOf } from '@/shared/words/types'

const zh = {
  pad: {
    title: '服务评价',
    wait: '请稍候',
    please: '请到本窗口',
    serving: '正在办理',
    over: '{number} 已办结',
    backIn: '{n} 秒后返回',
    sendsIn: '窗口人员看不到是谁评价的。{n} 秒后自动提交。',
    resting: '办理结束后，请在这里评价本次服务。',
    connecting: '正在连接',
    connectingHint: '连接后自动显示，无需操作。',
    unshown: '今天的服务还没有开始',
    unshownHint: '开始后自动显示，无需操作。',
    unknown: '没有这个窗口',
    unknownHint: '请核对地址中的窗口编号。',
    refused: '这台平板不能使用',
    refusedHint: '请联系工作人员，在“大厅运行”的“设备”页登记本机。',
  },
} as const

export type Words = typeof zh & typeof ratingWords.zh
export const words: WordsOf<Words> = {
  zh: { ...zh, ...ratingWords.zh },
  en: {
    ...ratingWords.en,
    pad: {
      title: 'Service evaluation',
      wait: 'Please wait',
      please: 'Please come to this window',
      serving: 'Now serving',
      over: '{number} is done',
      backIn: 'Back in {n} s',
      sendsIn: 'The clerk does not see who said it. Sent by itself in {n} s.',
      resting: 'When your visit is over, tell us here how it was.',
      connecting: 'Connecting',
      connectingHint: 'It opens by itself once connected.',
      unshown: 'Today’s service has not begun',
      unshownHint: 'It opens by itself.',
      unknown: 'No such window',
      unknownHint: 'Check the window’s id in the address.',
      refused: 'This tablet cannot be used',
      refusedHint: 'Please ask staff to enrol it in Hall operations, page Devices.',
    },
  },
}
