import type { WordsOf } from '@/shared/words/types'
import type { BookingRefusalCode, BookingState } from '@/wire/wire.gen'

const refused = {
  service_not_bookable: '这个事项不用预约，请直接到大厅取号。',
  day_not_bookable: '这一天现在不能预约，请选别的日期。',
  slot_not_offered: '这个时段不开放预约，请选别的时段。',
  slot_full: '这个时段刚刚约满，请选别的时段。',
  hold_lapsed: '保留时间已过，名额已给了别人，请重新选时段。',
  card_unknown: '没有找到这张校园卡。请核对卡号；仍不行，请到大厅取号。',
  person_booked: '您这一天已有预约，一人一天一个。请先改约或取消原来的，或换一天。',
  person_blocked: '您已多次预约未到，{date} 起才能再约。仍可到大厅现场取号。',
  not_blocked: '您现在可以预约，不用申诉。',
  already_appealed: '您的申诉正在处理，请等候结果。',
  already_decided: '这份申诉已经处理过。',
  booking_over: '预约时间已过。',
  booking_used: '您已签到取号，请看号票。',
  booking_cancelled: '这个预约已经取消。',
  too_late_to_change: '离预约时间太近，已不能改约或取消。来不了也没关系，请下次提前取消。',
  same_slot: '您约的就是这个时段。',
} as const satisfies Record<BookingRefusalCode, string>

const state = {
  held: '为您保留中',
  booked: '预约成功',
  released: '已放弃',
  moved: '已改约',
  cancelled: '已取消',
  dropped: '已由大厅取消',
  kept: '已签到',
  missed: '未到',
} as const satisfies Record<BookingState, string>

const stateHint = {
  held: '',
  booked: '到时在大厅任一取号机签到，凭预约码取预约号。',
  released: '名额已让出，可以重新选时段。',
  moved: '请看改约后的时间。',
  cancelled: '名额已让出，可以重新预约。',
  dropped: '这个时段大厅不能办理，给您添麻烦了。不算未到，请重新预约，或在服务时间直接到大厅取号。',
  kept: '您已取号，请留意叫号。',
  missed: '到大厅关门时您没有签到。30 天内多次未到会暂停网上预约，现场取号不受影响。',
} as const satisfies Record<BookingState, string>

const zh = {
  refused,
  bookingState: state,
  stateHint,
  text: {
    text_empty: '请写几句。',
    text_too_long: '写得太长，请缩短。',
    text_bad: '内容里有不能用的字符，请改用普通文字。',
  },
} as const

/** What is said once a time is chosen; loaded with it. */
export type MoreWords = typeof zh
export const moreWords: WordsOf<MoreWords> = {
  zh,
  en: {
    refused: {
      service_not_bookable: 'This service needs no booking: take a number in the hall.',
      day_not_bookable: 'This day cannot be booked now. Choose another.',
      slot_not_offered: 'This time cannot be booked. Choose another.',
      slot_full: 'This time has just become full. Choose another.',
      hold_lapsed: 'The time is over and somebody else has the place. Choose again.',
      card_unknown: 'No such card was found. Check the number; else take a number in the hall.',
      person_booked:
        'You have a booking on this day, and one a day is allowed. Change or cancel it, or choose another day.',
      person_blocked:
        'You booked and did not come several times. You can book again from {date}; numbers in the hall are given all the same.',
      not_blocked: 'You can book now: there is nothing to appeal.',
      already_appealed: 'Your appeal is being looked at.',
      already_decided: 'This appeal was decided.',
      booking_over: 'The time of this booking is over.',
      booking_used: 'You have checked in: see your ticket.',
      booking_cancelled: 'This booking was cancelled.',
      too_late_to_change:
        'It is too late to change or cancel this. Next time please do so earlier.',
      same_slot: 'This is the time that you have.',
    },
    bookingState: {
      held: 'Held for you',
      booked: 'Booked',
      released: 'Given up',
      moved: 'Changed',
      cancelled: 'Cancelled',
      dropped: 'Cancelled by the hall',
      kept: 'Checked in',
      missed: 'Missed',
    },
    stateHint: {
      held: '',
      booked: 'Check in at any kiosk of the hall: the code gives you a booked number.',
      released: 'The place is free again. Choose another time.',
      moved: 'See the new time.',
      cancelled: 'The place is free again. You can book anew.',
      dropped:
        'The hall cannot serve you then; we are sorry. It does not count as missed. Book another time, or take a number in the hall.',
      kept: 'You have a number: watch for its call.',
      missed:
        'You had not checked in when the hall closed. Several of these within 30 days stop booking for a while; numbers in the hall are given all the same.',
    },
    text: {
      text_empty: 'Please write a few words.',
      text_too_long: 'That is too long.',
      text_bad: 'Some characters cannot be taken. Please use plain text.',
    },
  },
}
