import type { WordsOf } from '@/shared/words/types'

const zh = {
  reminder: {
    sound: '声音',
    notification: '通知',
    on: '已开',
    off: '未开',
    hint: '前面还有 {n} 人时和叫到您时提醒。请保持本页打开。',
    denied: '浏览器没有允许通知，请在浏览器的网站设置里允许后再试。',
    impossible: '此浏览器不支持',
  },
} as const

export type ReminderWords = typeof zh
export const reminderWords: WordsOf<ReminderWords> = {
  zh,
  en: {
    reminder: {
      sound: 'Sound',
      notification: 'Notification',
      on: 'On',
      off: 'Off',
      hint: 'When {n} people are ahead of you, and when you are called. Keep this page open.',
      denied:
        'The browser did not allow it. Allow notifications in its site settings and try again.',
      impossible: 'Not in this browser',
    },
  },
}
