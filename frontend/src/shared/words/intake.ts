import type { RefusalCode } from '@/wire/wire.gen'
import { en } from './en'
import { zh } from './zh'

/** What somebody who takes a number may be refused; the phone that follows one does not load it. */
const intakeZh = {
  unknown_queue: '没有这个业务队列，请重新选择。',
  unknown_service: '没有这个服务事项，请重新选择。',
  unknown_kiosk: '没有这台取号机，请联系工作人员。',
  queue_or_services: '请选择一个业务队列，或选择服务事项。',
  services_of_several_queues: '所选事项属于不同队列，请分别取号。',
  channel_off: '这个队列不能这样取号，请换一种方式，或到咨询台。',
  card_unknown: '没有登记这个卡号，不能在手机上取号：请核对卡号，或到大厅的取号机取号。',
  class_off: '这个队列不设这类号，请改取普通号。',
  queue_full: '这个队列等候人数已满，请稍后再来或改日办理。',
  issuing_stopped: '这个队列现在停止取号，请稍后再来，或到咨询台问明何时恢复。',
  person_in_queue: '您在这个队列已有号票，请凭原号等候；号票丢了，请到咨询台凭卡查找。',
  person_tickets_live: '您手上的号票已达上限，请先办完一张，或在手机上取消一张。',
  person_tickets_day: '您今天的取号次数已达上限，确需办理请到咨询台。',
  kiosk_too_soon: '这台机刚刚取过号，请等几秒再取；刷校园卡可立即取号。',
  unknown_appointment: '没有找到今天的这个预约，请逐位核对预约码；预约了别的日子，请到咨询台。',
  appointment_used: '这个预约已经签到取号，请凭原号等候；号票丢了，请到咨询台补打。',
  appointment_cancelled: '这个预约已经取消，请现场取号。',
  code_or_appointment: '请给出预约码，或从预约名单中选一位。',
  check_in_too_early: '还没到签到时间，请临近预约时间再来签到。',
  card_missing: '没有读到卡，请重新拍卡。',
  kiosk_without_printer: '这台取号机不能打印，请换一台。',
} as const satisfies Partial<Record<RefusalCode, string>>

const intakeEn: Record<keyof typeof intakeZh, string> = {
  unknown_queue: 'There is no such queue. Please choose again.',
  unknown_service: 'There is no such service. Please choose again.',
  unknown_kiosk: 'This kiosk is not known. Please ask the staff.',
  queue_or_services: 'Choose one queue, or choose services.',
  services_of_several_queues: 'These services have different queues. Take one ticket for each.',
  channel_off:
    'This queue does not give numbers this way. Try another way, or ask the information desk.',
  card_unknown:
    'This card number is not registered, so it cannot take a number by phone. Check it, or use a kiosk in the hall.',
  class_off: 'This queue has no such class of number. Take an ordinary one.',
  queue_full: 'As many wait in this queue as fit. Come back later or on another day.',
  issuing_stopped:
    'This queue gives out no numbers now. Come back later, or ask the information desk when it goes on.',
  person_in_queue:
    'You already have a number in this queue; wait with that one. If you lost it, the information desk finds it by your card.',
  person_tickets_live:
    'You hold as many numbers as you may. Finish one first, or cancel one on your phone.',
  person_tickets_day:
    'You have taken as many numbers as one may in a day. If you need another, ask the information desk.',
  kiosk_too_soon:
    'A number was taken here just now. Wait a few seconds; with a campus card you need not wait.',
  unknown_appointment:
    'There is no such appointment today. Check the code sign by sign; for another day, ask the information desk.',
  appointment_used:
    'This appointment has its number already; wait with that one. If you lost it, the information desk prints it again.',
  appointment_cancelled: 'This appointment was cancelled. Take a number here.',
  code_or_appointment: 'Give the appointment code, or choose from the list of appointments.',
  check_in_too_early: 'It is too early to check in. Come back closer to your time.',
  card_missing: 'No card was read. Please tap it again.',
  kiosk_without_printer: 'This kiosk cannot print. Please use another one.',
}

/** Every refusal of what visitors ask: of taking a number, and of what they do with it. */
export const intakeRefusals = {
  zh: { ...zh.refusal, ...intakeZh },
  en: { ...en.refusal, ...intakeEn },
}
export type IntakeWords = { refusal: (typeof intakeRefusals)['zh'] }

/** The words for a refusal of taking a number; staff have words for every code. */
export function intakeKey(
  code: RefusalCode,
): `refusal.${keyof IntakeWords['refusal']}` | 'error.forbidden' {
  return isVisitors(code) ? `refusal.${code}` : 'error.forbidden'
}

function isVisitors(code: RefusalCode): code is keyof IntakeWords['refusal'] {
  return code in intakeRefusals.zh
}
