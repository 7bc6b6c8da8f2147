import type { WordsOf } from '@/shared/words/types'

const zh = {
  board: {
    title: '{zone} 叫号屏',
    calling: '正在呼叫',
    lastCalled: '最近呼叫',
    recall: '第 {n} 次重呼',
    numbered: '号',
    missed: '补显',
    missedNewest: '中断时呼叫',
    queue: '业务队列',
    waiting: '等候人数',
    paused: '暂停服务',
    hint: '请留意屏幕和广播，听到叫号后前往对应窗口',
    noCalls: '请稍候，即将开始叫号',
    noCallsHint: '取号后请在本区休息，轮到您时这里会显示号码和窗口',
    closed: '现在不是服务时间',
    closedHint: '今天的服务尚未开始或已经结束',
    ended: '今天的服务已经结束',
    endedHint: '感谢您的到来，如需办理请改日再来',
    connecting: '正在连接叫号系统',
    connectingHint: '连接成功后会自动显示，无需操作',
    noZone: '没有这个分厅',
    noZoneHint: '请核对地址，正确的样子是 /board/分厅编号',
    refused: '叫号系统不接受这块屏幕',
  },
} as const

export type Words = typeof zh
export const words: WordsOf<Words> = {
  zh,
  en: {
    board: {
      title: '{zone} call board',
      calling: 'Now calling',
      lastCalled: 'Called last',
      recall: 'Recall {n}',
      numbered: '',
      missed: 'Missed',
      missedNewest: 'Called meanwhile',
      queue: 'Queue',
      waiting: 'Waiting',
      paused: 'Paused',
      hint: 'Please watch this screen and listen for your number',
      noCalls: 'Calling will begin shortly',
      noCallsHint: 'Please take a seat; your number and window will be shown here',
      closed: 'The hall is not open now',
      closedHint: 'Today’s service has not started yet or has ended',
      ended: 'Today’s service has ended',
      endedHint: 'Thank you for coming; please visit us another day',
      connecting: 'Connecting to the calling system',
      connectingHint: 'This screen will start by itself',
      noZone: 'There is no such zone',
      noZoneHint: 'Check the address; it should look like /board/zone',
      refused: 'The calling system does not accept this screen',
    },
  },
}
