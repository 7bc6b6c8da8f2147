import type { WordsOf } from '@/shared/words/types'
import type { AlertKind } from '@/wire/wire.gen'

const alert = {
  queue_long: '{name}：{n} 人等候',
  wait_long: '{name}：预计要等 {n} 分钟',
  oldest_long: '{name}：有人已等 {n} 分钟',
  counter_idle: '{name}：有人等候而空闲 {n} 分钟',
  pause_long: '{name}：已暂停 {n} 分钟',
  rule_failed: '大厅的叫号规则出错，现按默认顺序叫号',
  printer_failed: '{name}：没有出纸，请去看看',
} as const satisfies Record<AlertKind, string>

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
  alert,
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
    alert: {
      queue_long: '{name}: {n} person waits | {name}: {n} people wait',
      wait_long: '{name}: the wait will be {n} min',
      oldest_long: '{name}: somebody has waited {n} min',
      counter_idle: '{name}: free for {n} min while people wait',
      pause_long: '{name}: paused for {n} min',
      rule_failed: 'The hall’s own rule fails; tickets are called in the usual order',
      printer_failed: '{name}: no paper came out, please have a look',
    },
  },
}
