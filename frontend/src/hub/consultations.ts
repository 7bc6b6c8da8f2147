import type {
  AssistantAnswer,
  ConsultationAsk,
  ConsultationDo,
  ConsultationPage,
  ConsultationView,
  ConsultationWork,
  SensitiveWordList,
  StaffConsultation,
} from '@/wire/wire.gen'
import { request } from './api'

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`
/** An index that was changed is made anew when it is first asked. */
const ASSISTANT_MAX_MS = 15_000

/** What the assistant says. */
export const askAssistant = (hallId: string, question: string): Promise<AssistantAnswer> =>
  request('POST', `${root(hallId)}/ask`, { question }, ASSISTANT_MAX_MS)

/** Begin a question or a chat; the same id finds the same one again. */
export const beginConsultation = (
  hallId: string,
  id: string,
  command: ConsultationAsk['command'],
): Promise<ConsultationView> =>
  request('POST', `${root(hallId)}/questions`, { type: 'do', id, command })

/** The own consultation; an ApiError 404 when the secret is of none. */
export const fetchConsultation = (token: string): Promise<ConsultationView> =>
  request('GET', `/api/consultations/${part(token)}`)

/** The own consultation after the command; an ApiError 409 with the code where a rule says no. */
export const doConsultation = (
  token: string,
  id: string,
  command: ConsultationDo['command'],
): Promise<ConsultationView> =>
  request('POST', `/api/consultations/${part(token)}`, { type: 'do', id, command })

export type ListKind = 'open' | 'chats' | 'mine' | 'overdue' | 'held' | 'to_publish' | 'over'

/** A part of a list for staff, with how many are on each. */
export const fetchConsultations = (
  hallId: string,
  kind: ListKind,
  skip = 0,
): Promise<ConsultationPage> =>
  request('GET', `${root(hallId)}/consultations?kind=${kind}&skip=${skip}`)

/** One of them with all that was said. */
export const fetchStaffConsultation = (hallId: string, id: string): Promise<StaffConsultation> =>
  request('GET', `${root(hallId)}/consultations/${part(id)}`)

/** What it is after the command. */
export const workOnConsultation = (
  hallId: string,
  consultationId: string,
  id: string,
  command: ConsultationWork['command'],
): Promise<StaffConsultation> =>
  request('POST', `${root(hallId)}/consultations/${part(consultationId)}`, {
    type: 'do',
    id,
    command,
  })

export const fetchSensitiveWords = (hallId: string): Promise<SensitiveWordList> =>
  request('GET', `${root(hallId)}/sensitive-words`)

export const putSensitiveWords = (hallId: string, words: string[]): Promise<SensitiveWordList> =>
  request('PUT', `${root(hallId)}/sensitive-words`, { words })
