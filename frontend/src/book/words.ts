import type { WordsOf } from '@/shared/words/types'
import type { MoreWords } from './moreWords'

const zh = {
  book: {
    pageTitle: '预约办理',
    title: '预约办理',
    lead: '选好事项和时间，到时来，少等候。',
    find: '要办什么事？',
    findHint: '事项名称，如 在职证明',
    found: '{n} 个可预约事项',
    more: '共 {n} 个，请再输几个字缩小范围',
    noMatch: '没有叫这个的可预约事项',
    noMatchHint: '换个说法，或到“指南”里搜；不能预约的事项可直接到大厅取号。',
    nothing: '现在没有可预约的事项',
    nothingHint: '近几天没有开放预约的窗口。请改日再看，或在服务时间直接到大厅取号。',
    mine: '这部手机上的预约',
    haveCode: '有预约码？查看或取消',
    code: '预约码',
    codeHint: '10 位字母和数字',
    look: '查看',
    noCode: '没有这个预约码，请核对。',
    loading: '正在载入',
    away: '暂时连不上，填写的内容都在。',
    awayHint: '网络恢复后会自动再试。',
    retry: '再试一次',
  },
} as const

export type Words = typeof zh & MoreWords
export const words: WordsOf<typeof zh> = {
  zh,
  en: {
    book: {
      pageTitle: 'Book a visit',
      title: 'Book a visit',
      lead: 'Choose what you need and when: come then, and wait less.',
      find: 'What do you need?',
      findHint: 'Such as certificate of employment',
      found: '{n} service can be booked | {n} services can be booked',
      more: '{n} in all: type a little more',
      noMatch: 'No service to book is called that',
      noMatchHint:
        'Try other words, or search the services. What cannot be booked needs no booking: take a number in the hall.',
      nothing: 'Nothing can be booked just now',
      nothingHint:
        'No window is open to bookings these days. Look again another day, or take a number in the hall in service hours.',
      mine: 'Bookings on this phone',
      haveCode: 'Have a code? See or cancel it',
      code: 'Code',
      codeHint: '10 letters and digits',
      look: 'See it',
      noCode: 'There is no booking with this code. Please check it.',
      loading: 'Loading',
      away: 'No connection just now. What you typed is kept.',
      awayHint: 'It is tried again by itself.',
      retry: 'Try again',
    },
  },
}
