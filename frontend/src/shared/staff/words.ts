import type { WordsOf } from '@/shared/words/types'

const zh = {
  staff: {
    username: '用户名',
    password: '密码',
    signIn: '登录',
    signInWrong: '用户名或密码不对，请重新输入。',
    signInBusy: '尝试过于频繁，请稍等再试。',
    signInDown: '暂时连不上大厅系统，请检查网络后再试。',
    expired: '登录已失效，请重新登录。',
    signOut: '退出登录',
    cancel: '取消',
    reason: '原因',
    reasonOwn: '请写明原因',
  },
} as const

/** What the pages of staff have in common; visitors' pages do not carry it. */
export type StaffWords = typeof zh
export const staffWords: WordsOf<StaffWords> = {
  zh,
  en: {
    staff: {
      username: 'User name',
      password: 'Password',
      signIn: 'Sign in',
      signInWrong: 'User name or password is wrong. Please try again.',
      signInBusy: 'Too many attempts. Wait a moment and try again.',
      signInDown: 'The hall cannot be reached. Check the network and try again.',
      expired: 'Your sign-in has expired. Please sign in again.',
      signOut: 'Sign out',
      cancel: 'Cancel',
      reason: 'Reason',
      reasonOwn: 'Say why',
    },
  },
}
