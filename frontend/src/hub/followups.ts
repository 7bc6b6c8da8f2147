import type { AnswerShown, FollowUpDo, FollowUpPage, FollowUpView } from '@/wire/wire.gen'
import { ApiError, request } from './api'

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}/followups`

/** What is to be done first, oldest first; then the others, newest first. */
export const fetchFollowUps = (hallId: string, isOpen: boolean, skip = 0): Promise<FollowUpPage> =>
  request('GET', `${root(hallId)}?is_open=${isOpen}&skip=${skip}`)

/** The follow-up after the command; an ApiError 409 with the code where a rule says no. */
export const doFollowUp = (
  hallId: string,
  one: FollowUpView,
  command: FollowUpDo['command'],
): Promise<FollowUpView> => {
  const { day, ticket_id } = one.follow_up.rating
  return request('POST', `${root(hallId)}/${day}/${part(ticket_id)}`, { command })
}

/** What was answered to the own bad rating; null without one. */
export async function fetchAnswer(token: string): Promise<AnswerShown | null> {
  try {
    return await request('GET', `/api/tickets/${part(token)}/answer`)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/** Say how the answer was; once. */
export const rateAnswer = (token: string, level: number, comment: string): Promise<AnswerShown> =>
  request('POST', `/api/tickets/${part(token)}/answer`, { type: 'rate_again', level, comment })
