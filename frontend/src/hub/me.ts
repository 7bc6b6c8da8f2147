import type {
  ContactNew,
  ContactsView,
  Links,
  Me,
  MyMessages,
  MyThings,
  TrackAsk,
  TrackFound,
} from '@/wire/wire.gen'
import { ApiError, request } from './api'

/** Who is signed in as a visitor; null when nobody is. */
export async function fetchMe(): Promise<Me | null> {
  try {
    return await request<Me>('GET', '/api/me')
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

export const leave = (): Promise<void> => request('DELETE', '/api/me/session')
export const fetchThings = (): Promise<MyThings> => request('GET', '/api/me/things')
export const fetchMessages = (): Promise<MyMessages> => request('GET', '/api/me/messages')
export const fetchCaseMessages = (token: string): Promise<MyMessages> =>
  request('GET', `${ofCase(token)}/messages`)
export const markRead = (lastId: number): Promise<void> =>
  request('POST', '/api/me/messages/read', { last_id: lastId })
/** Join what was begun in this browser to whoever is signed in. */
export const linkThings = (links: Links): Promise<void> => request('POST', '/api/me/links', links)
/** Be told no more where the mail with this link went. */
export const stopMails = (token: string): Promise<void> =>
  request('POST', `/api/contacts/stop/${encodeURIComponent(token)}`)
/** Where the case with this number and card is followed; throws an ApiError, 404 alike for both. */
export const findCase = (hallId: string, asked: TrackAsk): Promise<TrackFound> =>
  request('POST', `/api/halls/${encodeURIComponent(hallId)}/track`, asked)

/** Whose contacts: of all that is the visitor's, or of the thing with a secret. */
export type ContactsOf =
  | '/api/me'
  | `/api/track/${string}`
  | `/api/consultations/${string}`
  | `/api/bookings/${string}`
export const ofCase = (token: string): `/api/track/${string}` =>
  `/api/track/${encodeURIComponent(token)}`

export const fetchContacts = (of: ContactsOf): Promise<ContactsView> =>
  request('GET', `${of}/contacts`)
export const addContact = (of: ContactsOf, contact: ContactNew): Promise<ContactsView> =>
  request('POST', `${of}/contacts`, contact)
export const proveContact = (of: ContactsOf, id: string, code: string): Promise<ContactsView> =>
  request('POST', `${of}/contacts/${encodeURIComponent(id)}/code`, { code })
export const removeContact = (of: ContactsOf, id: string): Promise<ContactsView> =>
  request('DELETE', `${of}/contacts/${encodeURIComponent(id)}`)
