import type { WordsOf } from '@/shared/words/types'
import type { ContactKind } from '@/wire/wire.gen'

const kind = {
  email: '邮箱',
  wecom: '企业微信群机器人',
  dingtalk: '钉钉群机器人',
} as const satisfies Record<ContactKind, string>

const zh = {
  told: {
    title: '通知到哪里',
    page: '本页始终有全部通知。也可以发到：',
    none: '本大厅没有开通其他通知方式，通知都在本页。',
    kind,
    kindLabel: '方式',
    reach: {
      email: '邮箱地址',
      wecom: '机器人 Webhook 地址',
      dingtalk: '机器人 Webhook 地址，空格，加签密钥 SEC…',
    },
    language: '语言',
    add: '发送验证码',
    added: '验证码已发出，15 分钟内有效。',
    code: '六位验证码',
    prove: '确认',
    again: '重发验证码',
    unproven: '待验证',
    proven: '已验证',
    remove: '删除',
    privacy: '加密保存，只用来发通知，随时可删。',
    bad_contact: '这个地址不对，请检查。',
    wrong_code: '验证码不对或已过期，请重新获取。',
    too_many_contacts: '最多五个，请先删除一个。',
    too_many_requests: '请求太频繁，请过几分钟再试。',
    failed: '没有成功，请检查网络后再试。',
    messages: '通知',
    noMessages: '还没有通知',
    noMessagesHint: '受理、补材料、决定、可领取时会在这里告诉您。',
    fresh: '新',
    open: '查看',
  },
} as const

export type Words = typeof zh
export const words: WordsOf<Words> = {
  zh,
  en: {
    told: {
      title: 'Where you are told',
      page: 'Everything is on this page. You can be told elsewhere, too:',
      none: 'This hall tells you on this page only.',
      kind: { email: 'E-mail', wecom: 'WeCom group robot', dingtalk: 'DingTalk group robot' },
      kindLabel: 'By',
      reach: {
        email: 'Your e-mail address',
        wecom: 'The robot’s webhook address',
        dingtalk: 'The robot’s webhook address, a space, its secret SEC…',
      },
      language: 'Language',
      add: 'Send a code',
      added: 'The code was sent. It is good for 15 minutes.',
      code: 'Code of six digits',
      prove: 'Confirm',
      again: 'Send it again',
      unproven: 'Not confirmed',
      proven: 'Confirmed',
      remove: 'Remove',
      privacy: 'Kept encrypted, used for nothing else, removed whenever you like.',
      bad_contact: 'This address cannot be right. Please check it.',
      wrong_code: 'This code is wrong or too old. Ask for a new one.',
      too_many_contacts: 'Five at most. Remove one first.',
      too_many_requests: 'Too many requests. Try again in some minutes.',
      failed: 'That did not work. Check your network and try again.',
      messages: 'Messages',
      noMessages: 'No messages yet',
      noMessagesHint: 'You are told here when something is accepted, missing, decided or ready.',
      fresh: 'New',
      open: 'Open',
    },
  },
}
