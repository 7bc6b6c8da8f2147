import { type Words as BoardWords, words as boardWords } from '@/shared/board/words'
import { type Words as SignWords, words as signWords } from '@/shared/sign/words'
import type { WordsOf } from '@/shared/words/types'
import { whyWords } from '@/shared/words/whyWords'

const past = {
  day: '日期',
  dayOf: '{date}（{n} 张号）',
  today: '今天 {date}（{n} 张号）',
  noDays: '还没有任何记录',
  noDaysHint: '大厅开始一天的服务、取出第一张号以后，这里就能查。',
  loading: '正在读取当天的记录…',
  number: '号码',
  numberHint: '如 A023、a23 或 23',
  find: '查找',
  found: '找到 {n} 张，请选一张',
  whyTitle: '查一张号为什么等',
  whyHint: '选好日期，输入号码按回车：从取号到办结，谁在前面、谁先叫、按哪条规则，逐条列出。',
  notFound: '{day} 没有号码 {number}，请核对号码和日期。',
  print: '打印',
  account: '{number} 的经过',
  screen: '屏幕',
  boards: '叫号屏',
  signs: '窗口屏',
  time: '时间',
  through: '当天的时间',
  play: '播放',
  stop: '停住',
  before: '上一变化',
  after: '下一变化',
  toEnd: '到最后',
  speed: '快慢',
  times: '{n} 倍',
  asOf: '{date} {time} 时的屏幕，不是现在',
  calls: '竖线是呼叫，共 {n} 次',
  unshown: '那时还没有这块屏幕的内容',
} as const

const zh = { past }

export type PastWords = typeof zh & BoardWords & SignWords & (typeof whyWords)['zh']
export const pastWords: WordsOf<PastWords> = {
  zh: { ...boardWords.zh, ...signWords.zh, ...whyWords.zh, ...zh },
  en: {
    ...boardWords.en,
    ...signWords.en,
    ...whyWords.en,
    past: {
      day: 'Day',
      dayOf: '{date} ({n} ticket) | {date} ({n} tickets)',
      today: 'Today, {date} ({n} ticket) | Today, {date} ({n} tickets)',
      noDays: 'Nothing is recorded yet',
      noDaysHint: 'Once the hall has begun a day and given out a number, it can be looked up here.',
      loading: 'Reading the record of the day…',
      number: 'Number',
      numberHint: 'A023, a23 or just 23',
      find: 'Find',
      found: '{n} ticket found | {n} tickets found: choose one',
      whyTitle: 'Why did a ticket wait?',
      whyHint:
        'Choose the day, type the number, press Enter: who was ahead, who went first and by which rule, step by step until the end.',
      notFound: 'There was no {number} on {day}. Check the number and the day.',
      print: 'Print',
      account: 'The way of {number}',
      screen: 'Screen',
      boards: 'Boards',
      signs: 'Window signs',
      time: 'Time',
      through: 'Time of the day',
      play: 'Play',
      stop: 'Stop',
      before: 'Change before',
      after: 'Next change',
      toEnd: 'To the end',
      speed: 'Speed',
      times: '{n}×',
      asOf: 'As it stood at {time} on {date}, not live',
      calls: 'Lines are calls: {n} | Lines are calls: {n}',
      unshown: 'This screen had nothing to show then',
    },
  },
}
