import type {
  AssistantAnswer,
  ConsultationAsk,
  ConsultationDo,
  ConsultationView,
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
