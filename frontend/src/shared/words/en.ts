import type { WordingOf } from './types'
import type { zh } from './zh'

export const en: WordingOf<typeof zh> = {
  refusal: {
    day_not_open: 'The hall is not in service now. Please come back in service hours.',
    unknown_queue: 'There is no such queue. Please choose again.',
    unknown_service: 'There is no such service. Please choose again.',
    unknown_kiosk: 'This kiosk is not known. Please ask the staff.',
    unknown_ticket: 'This ticket was not found. Check it, or take a new one.',
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
    ticket_or_token: 'Give a ticket, or its lookup code.',
    ticket_not_waiting: 'This ticket is not waiting. See its latest state.',
    ticket_not_passed: 'This ticket was not passed, so there is no need to return.',
    delays_used_up: 'You let others go first once already. Please keep your turn.',
    kiosk_without_printer: 'This kiosk cannot print. Please use another one.',
    returns_used_up: 'You cannot return again. Please take a new ticket.',
  },
  error: {
    id_in_use: 'This was not accepted. Please try once more.',
    malformed: 'The request was not understood. Reload the page and try again.',
    too_large: 'That is too long. Shorten it and try again.',
    unknown_topic: 'There is nothing to show here. Check the address.',
    unknown_hall: 'There is no such hall. Check the address.',
    unknown_day: 'Nothing is recorded of that time. Choose another day or a later time.',
    replay_busy: 'Another day is being re-run. Try again in a few seconds.',
    unknown_plan: 'There is no such version of the plan. Reload and choose again.',
    plan_faulty: 'The plan cannot work yet. Change what is listed.',
    plan_outdated: 'Somebody else kept a newer version meanwhile. Compare, then save again.',
    too_many_topics: 'Too much is open on this page. Please reload it.',
    unauthenticated: 'Please sign in first.',
    forbidden: 'Not allowed. Use another account or ask the supervisor.',
    too_many_requests: 'Too many requests. Wait a moment and try again.',
    unavailable: 'No answer from the system. Please try again.',
    hall_busy: 'The system is very busy. Please try again in a moment.',
  },
  common: {
    product: 'Yizhan',
    language: 'Language',
    retry: 'Try again',
    close: 'Close',
    loading: 'Loading',
    connecting: 'Connecting',
    connected: 'Connected',
    disconnected: 'Disconnected',
    none: 'None',
  },
  stale: {
    title: 'Updates interrupted',
    since: 'Shown as of {time}',
    never: 'No data received yet',
  },
  counter: {
    name: 'Window {no}',
    word: 'Window',
  },
  counterState: {
    off: 'Not open',
    open: 'Free',
    paused: 'Paused',
    busy: 'Serving',
  },
  pauseReason: {
    away: 'Back shortly',
    lunch: 'Lunch break',
    training: 'Training',
    fault: 'Out of order',
  },
  ticketClass: {
    ordinary: 'Ordinary',
    booked: 'Booked',
    care: 'Care',
  },
  ticketState: {
    waiting: 'Waiting',
    called: 'Please come',
    serving: 'Being served',
    held: 'On hold',
    passed: 'Missed',
    done: 'Done',
    cancelled: 'Cancelled',
    abandoned: 'Void',
    expired: 'Expired',
  },
  stop: {
    staff: 'Paused',
    closing: 'No more today',
    wait: 'Full for today',
    full: 'Line is full',
  },
  stopHint: {
    staff:
      'The staff have paused this queue; it will go on when they resume it. In urgent cases ask the information desk.',
    closing: 'It is close to closing time. Please come back in the next service hours.',
    wait: 'The line lasts until closing time. Numbers are given again if it gets shorter; or come another day.',
    full: 'As many wait in this line as fit. Please try again later.',
  },
  opening: {
    next: 'Open next: {date}, {time}.',
  },
  wait: {
    closed: 'No window open',
    under: '{max} min or less',
    between: '{min}–{max} min',
    exactly: 'About {max} min',
    atLeast: '{min} min or more',
    over: '1 hour or more',
  },
}
