import type {
  AppealDo,
  AppealLine,
  AppealShown,
  Bookable,
  BookedDay,
  BookedLine,
  BookingDo,
  BookingRefusalCode,
  BookingRefused,
  BookingView,
  FreeSlots,
} from '@/wire/wire.gen'
import { answeredWith, request } from './api'

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`

export type BookingCommand = BookingDo['command']

/** A rule said no. */
export class BookingSaidNo extends Error {
  readonly code: BookingRefusalCode
  /** With `person_blocked`: from when one may book again. */
  readonly againOn: string | null
  constructor({ code, again_on }: BookingRefused) {
    super(code)
    this.code = code
    this.againOn = again_on
  }
}

export const fetchBookable = (hallId: string): Promise<Bookable> =>
  request('GET', `${root(hallId)}/bookable`)

/** Throws an ApiError, 404 for what cannot be booked. */
export const fetchFree = (hallId: string, serviceId: string): Promise<FreeSlots> =>
  request('GET', `${root(hallId)}/bookable/${part(serviceId)}`)

/** Throws an ApiError, 404 when there is none. */
export const fetchBooking = (token: string): Promise<BookingView> =>
  request('GET', `/api/bookings/${part(token)}`)

/** Throws an ApiError, 404 when there is none. */
export const findBooking = (hallId: string, code: string): Promise<BookingView> =>
  request('POST', `${root(hallId)}/bookings/find`, { code })

/** Keep a place; a repeat with the same id has one effect.  Throws BookingSaidNo, ApiError. */
export const holdPlace = (
  hallId: string,
  id: string,
  serviceId: string,
  slotAt: string,
): Promise<BookingView> =>
  done(`${root(hallId)}/bookings`, {
    id,
    command: { type: 'hold_place', service_id: serviceId, slot_at: slotAt },
  })

/** Book, change or cancel; a repeat with the same id has one effect.  Throws as `holdPlace`. */
export const doBooking = (
  token: string,
  id: string,
  command: BookingCommand,
): Promise<BookingView> => done(`/api/bookings/${part(token)}`, { id, command })

/** Say why one could not come.  Throws as `holdPlace`. */
export const appealBlock = (hallId: string, order: AppealDo): Promise<AppealShown> =>
  done(`${root(hallId)}/bookings/appeals`, order)

export const calendarLink = (token: string, language: string): string =>
  `/api/bookings/${part(token)}/calendar.ics?language=${language}`

/** The bookings of a day, for staff. */
export const fetchBookedDay = (hallId: string, day: string): Promise<BookedDay> =>
  request('GET', `${root(hallId)}/bookings?day=${day}`)

/** Call a booking off for its visitor, who is told why; a repeat with the same id has one effect. */
export const dropBooking = (
  hallId: string,
  bookingId: string,
  id: string,
  reason: string,
): Promise<BookedLine> =>
  request('POST', `${root(hallId)}/bookings/${part(bookingId)}`, {
    id,
    command: { type: 'drop_booking', reason },
  })

export const fetchAppeals = (hallId: string): Promise<AppealLine[]> =>
  request('GET', `${root(hallId)}/bookings/appeals`)

/** Decide an appeal, once. */
export const ruleBlock = (
  hallId: string,
  appealId: string,
  lifts: boolean,
  reason: string,
): Promise<AppealLine> =>
  request('POST', `${root(hallId)}/bookings/appeals/${part(appealId)}`, {
    command: { type: 'rule_block', lifts, reason },
  })

async function done<T>(path: string, order: object): Promise<T> {
  const { status, json } = await answeredWith<T | BookingRefused>('POST', path, order, [409])
  if (status === 409) throw new BookingSaidNo(json as BookingRefused)
  return json as T
}
