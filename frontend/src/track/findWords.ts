import type { WordsOf } from '@/shared/words/types'

const zh = {
  track: {
    find: '查办件进度',
    findHint: '输入回执上的办件号和取号时用的校园卡号；也可以直接扫回执上的二维码。',
    which: '大厅',
    numberHint: '如 2026-000123',
    card: '校园卡号',
    cardHint: '只用来核对，不保存。',
    go: '查询',
    unknown_case: '没有查到。请核对办件号和卡号；卡号是取号时用的那张卡。',
    too_many_requests: '尝试次数太多，请二十分钟后再试，或扫回执上的二维码。',
    failed: '没有查成，请检查网络后再试。',
    signIn: '没有带回执？',
    signInLink: '校园账号登录，看我的全部办件',
  },
} as const

/** What is said while a case is looked for. */
export type FindWords = typeof zh
export const findWords: WordsOf<FindWords> = {
  zh,
  en: {
    track: {
      find: 'Follow a case',
      findHint:
        'Enter the number on the receipt, and the campus card you took your ticket with. Or scan the code on the receipt.',
      which: 'Hall',
      numberHint: 'such as 2026-000123',
      card: 'Campus card number',
      cardHint: 'Compared only, and not kept.',
      go: 'Find it',
      unknown_case:
        'Nothing was found. Check the number, and that it is the card you took your ticket with.',
      too_many_requests: 'Too many attempts. Wait 20 minutes, or scan the code on the receipt.',
      failed: 'That did not work. Check your network and try again.',
      signIn: 'No receipt at hand?',
      signInLink: 'Sign in at the campus for all your cases',
    },
  },
}
