import { expect, test } from 'vitest'
import type { Offer } from '@/shared/offer'
import type { Result } from '@/wire/wire.gen'
import {
  CODE_MAX,
  canReprint,
  checkIn,
  type Flow,
  IDLE_MS,
  jobIdOf,
  next,
  SERVICES_MAX,
  SETTLE_MS,
  START,
  type Step,
  TICKET_MS,
  takeTicket,
} from './flow'

const RESULT: Result = {
  ticket_id: 'd-A-A023',
  number: 'A023',
  token: 'f00dcafe',
  queue_id: 'A',
  ahead: 4,
  wait_min_s: 300,
  wait_max_s: 900,
  ticket_class: 'booked',
}

/** The flow after the steps, each `gap` ms after the one before; the clock starts at 1000. */
function walk(steps: readonly Step[], gap = SETTLE_MS): Flow {
  return steps.reduce((flow, step, n) => next(flow, step, 1000 + n * gap), START)
}

const OFFER: Offer = { channel: 'anonymous', ticketClass: 'ordinary', obstacle: null }
const CHECK_IN: Step = { type: 'check_in' }
const CODE: Step[] = [...'ab-12 34'].map((char) => ({ type: 'type', char }))
const CHOOSE: Step = { type: 'choose', queueId: 'A' }
const TAKE: Step = { type: 'take' }
const TAKEN: Step = { type: 'taken', result: RESULT }

test('choosing_and_taking_leads_to_the_ticket', () => {
  expect(walk([CHOOSE]).step).toBe('services')
  expect(walk([CHOOSE, TAKE]).step).toBe('taking')
  expect(walk([CHOOSE, TAKE, TAKEN]).ticket?.number).toBe('A023')
})

test('second_half_of_a_double_tap_takes_nothing', () => {
  expect(walk([CHOOSE, TAKE], SETTLE_MS - 1).step).toBe('services')
})

test('second_take_changes_nothing', () => {
  const once = walk([CHOOSE, TAKE])
  expect(next(once, TAKE, 9000)).toBe(once)
})

test('ticket_left_alone_is_forgotten_after_30_s', () => {
  const shown = walk([CHOOSE, TAKE, TAKEN])
  expect(next(shown, { type: 'time' }, shown.since + TICKET_MS - 1)).toBe(shown)
  expect(TICKET_MS).toBe(30_000)
  expect(next(shown, { type: 'time' }, shown.since + TICKET_MS)).toBe(START)
  expect(JSON.stringify(START)).not.toContain('f00dcafe')
})

test('failed_print_begins_the_time_anew_once', () => {
  const shown = walk([CHOOSE, TAKE, TAKEN])
  const failed = next(shown, { type: 'paper', outcome: 'failed' }, shown.since + 9000)
  expect(failed.until).toBe(shown.since + 9000 + TICKET_MS)
  expect(next(failed, { type: 'paper', outcome: 'failed' }, shown.since + 12_000)).toBe(failed)
})

test('printed_paper_leaves_the_time_as_it_is', () => {
  const shown = walk([CHOOSE, TAKE, TAKEN])
  expect(next(shown, { type: 'paper', outcome: 'printed' }, shown.since + 9000).until).toBe(
    shown.until,
  )
})

test('started_choice_left_alone_goes_back_to_the_start', () => {
  const chosen = walk([{ type: 'care' }, { type: 'card', uid: '04A2B3C4' }, CHOOSE])
  expect(next(chosen, { type: 'time' }, chosen.since + IDLE_MS)).toBe(START)
})

test('touch_keeps_a_started_choice_and_does_nothing_at_the_start', () => {
  const chosen = walk([CHOOSE])
  expect(next(chosen, { type: 'touch' }, 5000).until).toBe(5000 + IDLE_MS)
  expect(next(START, { type: 'touch' }, 5000)).toBe(START)
})

test('refused_command_stays_at_the_queue_with_its_reason', () => {
  const refused = walk([
    CHOOSE,
    { type: 'tick', serviceId: 'PO1' },
    TAKE,
    { type: 'failed', failure: { type: 'refused', code: 'day_not_open' } },
  ])
  expect(refused).toMatchObject({
    step: 'services',
    queueId: 'A',
    serviceIds: ['PO1'],
    failure: { code: 'day_not_open' },
  })
})

test('answer_without_a_number_is_a_failure_and_shows_no_ticket', () => {
  expect(walk([CHOOSE, TAKE, { type: 'taken', result: {} }])).toMatchObject({
    step: 'choose',
    failure: { code: 'malformed' },
  })
})

test('late_answer_shows_no_ticket', () => {
  expect(next(START, TAKEN, 1000)).toBe(START)
})

test('card_over_a_shown_ticket_belongs_to_the_next_visitor', () => {
  const swiped = walk([CHOOSE, TAKE, TAKEN, { type: 'card', uid: '99998888' }])
  expect(swiped).toMatchObject({ step: 'choose', card: '99998888', ticket: null })
})

test('nothing_leaves_a_command_in_flight_but_its_answer', () => {
  const flying = walk([CHOOSE, TAKE])
  for (const type of ['back', 'home', 'care', 'time', 'touch', 'forget_card'] as const) {
    expect(next(flying, { type }, 1e9)).toBe(flying)
  }
})

test('command_names_the_queue_when_no_service_is_ticked', () => {
  expect(takeTicket(walk([CHOOSE]), OFFER, 'K1', true)).toEqual({
    type: 'take_ticket',
    queue_id: 'A',
    channel: 'anonymous',
    ticket_class: 'ordinary',
    kiosk_id: 'K1',
    print: true,
  })
})

test('command_names_ticked_services_card_and_care', () => {
  const steps: Step[] = [{ type: 'care' }, { type: 'card', uid: '04A2B3C4' }, CHOOSE]
  for (const serviceId of ['PO1', 'PO2', 'PO1']) steps.push({ type: 'tick', serviceId })
  const offer: Offer = { channel: 'card', ticketClass: 'care', obstacle: null }
  expect(takeTicket(walk(steps), offer, 'K1', false)).toEqual({
    type: 'take_ticket',
    service_ids: ['PO2'],
    channel: 'card',
    card: '04A2B3C4',
    ticket_class: 'care',
    kiosk_id: 'K1',
    print: false,
  })
})

test('missing_paper_may_be_asked_for_once_more__I11', () => {
  const taken = walk([CHOOSE, TAKE, TAKEN])
  expect(jobIdOf(taken)).toBe('d-A-A023-1')
  expect(canReprint(taken)).toBe(false)
  const lost = next(taken, { type: 'paper', outcome: 'unknown' }, 5000)
  expect(canReprint(lost)).toBe(true)
  const again = next(lost, { type: 'reprint' }, 6000)
  expect(again).toMatchObject({ paper: null, isReprinted: true, until: 6000 + TICKET_MS })
  expect(jobIdOf(again)).toBe('d-A-A023-2')
  const lostAgain = next(again, { type: 'paper', outcome: 'failed' }, 7000)
  expect(canReprint(lostAgain)).toBe(false)
  expect(next(lostAgain, { type: 'reprint' }, 8000)).toBe(lostAgain)
})

test('paper_that_came_out_is_not_asked_for_again__I11', () => {
  const printed = walk([CHOOSE, TAKE, TAKEN, { type: 'paper', outcome: 'printed' }])
  expect(next(printed, { type: 'reprint' }, 9000)).toBe(printed)
})

test('card_is_not_sent_to_a_queue_that_takes_none', () => {
  const swiped = walk([{ type: 'card', uid: '04A2B3C4' }, CHOOSE])
  const command = takeTicket(swiped, OFFER, 'K1', true)
  expect(command.channel).toBe('anonymous')
  expect(JSON.stringify(command)).not.toContain('04A2B3C4')
})

test('one_ticket_holds_ten_services_at_most__TK7', () => {
  const ticks: Step[] = Array.from({ length: 12 }, (_, n) => ({ type: 'tick', serviceId: `s${n}` }))
  expect(walk([CHOOSE, ...ticks]).serviceIds).toHaveLength(SERVICES_MAX)
})

test('misread_card_is_told_until_one_is_read', () => {
  const misread = walk([{ type: 'misread' }])
  expect(misread.isCardMisread).toBe(true)
  expect(misread.until).toBe(1000 + IDLE_MS)
  expect(walk([{ type: 'card', uid: '04A2B3C4' }, { type: 'misread' }]).card).toBeNull()
  expect(walk([{ type: 'misread' }, { type: 'card', uid: '04A2B3C4' }]).isCardMisread).toBe(false)
})

test('visit_left_alone_is_forgotten_after_30_s__I19', () => {
  expect(IDLE_MS).toBe(30_000)
  for (const steps of [[{ type: 'card', uid: '04A2B3C4' }], [CHECK_IN, ...CODE]] as Step[][]) {
    const left = walk(steps)
    expect(next(left, { type: 'time' }, (left.until ?? 0) - 1)).toBe(left)
    expect(next(left, { type: 'time' }, left.until ?? 0)).toBe(START)
  }
})

test('code_is_typed_in_capitals_without_what_separates_it__AP2', () => {
  expect(walk([CHECK_IN, ...CODE]).code).toBe('AB1234')
  expect(walk([CHECK_IN, ...CODE, { type: 'erase' }]).code).toBe('AB123')
  const long: Step[] = Array.from({ length: 20 }, () => ({ type: 'type', char: '1' }))
  expect(walk([CHECK_IN, ...long]).code).toHaveLength(CODE_MAX)
})

test('whole_code_checks_in_and_half_a_one_does_not__AP2', () => {
  expect(walk([CHECK_IN, ...CODE, TAKE]).step).toBe('taking')
  expect(walk([CHECK_IN, ...CODE, { type: 'erase' }, TAKE]).step).toBe('code')
  expect(checkIn('AB1234', 'K1', true)).toEqual({
    type: 'check_in',
    code: 'AB1234',
    kiosk_id: 'K1',
    print: true,
  })
})

test('scanned_code_checks_in_at_once__AP2', () => {
  const scanned = next(walk([CHECK_IN]), { type: 'scan', code: 'ab-1234' }, 1001)
  expect(scanned).toMatchObject({ step: 'taking', code: 'AB1234' })
})

test('refused_check_in_keeps_the_code_to_correct__AP2', () => {
  const refused = walk([
    CHECK_IN,
    ...CODE,
    TAKE,
    { type: 'failed', failure: { type: 'refused', code: 'unknown_appointment' } },
  ])
  expect(refused).toMatchObject({ step: 'code', code: 'AB1234' })
  expect(next(refused, { type: 'erase' }, 9000).failure).toBeNull()
  expect(next(refused, { type: 'back' }, 9000)).toMatchObject({ step: 'choose', code: null })
})

test('ticket_shows_the_class_it_was_given__AP2', () => {
  expect(walk([CHECK_IN, ...CODE, TAKE, TAKEN]).ticket?.ticketClass).toBe('booked')
})
