import type { WordsOf } from '@/shared/words/types'

const zh = {
  sign: {
    title: '{no} 号窗口',
    please: '请到本窗口',
    serving: '正在办理',
    wait: '请稍候',
    waitHint: '叫到您的号码后请到本窗口',
    paused: '暂停服务',
    off: '未开放',
    offHint: '请前往其他窗口办理',
    connecting: '正在连接',
    noCounter: '没有这个窗口',
    refused: '叫号系统不接受这块屏幕',
  },
} as const

export type Words = typeof zh
export const words: WordsOf<Words> = {
  zh,
  en: {
    sign: {
      title: 'Window {no}',
      please: 'Please come here',
      serving: 'Now serving',
      wait: 'Please wait',
      waitHint: 'Come here when your number is called',
      paused: 'Paused',
      off: 'Not open',
      offHint: 'Please go to another window',
      connecting: 'Connecting',
      noCounter: 'There is no such window',
      refused: 'The calling system does not accept this screen',
    },
  },
}
