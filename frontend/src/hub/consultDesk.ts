import type {
  ConsultationCounts,
  ConsultationPage,
  ConsultationWork,
  SensitiveWordList,
  StaffConsultation,
} from '@/wire/wire.gen'
import { request } from './api'

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`

export type ListKind =
  | 'open'
  | 'chats'
  | 'mine'
  | 'overdue'
  | 'held'
  | 'to_publish'
  | 'to_review'
  | 'over'

/** A part of a list for staff, with how many are on each. */
export const fetchConsultations = (
  hallId: string,
  kind: ListKind,
  skip = 0,
): Promise<ConsultationPage> =>
  request('GET', `${root(hallId)}/consultations?kind=${kind}&skip=${skip}`)

/** How many are on each list. */
export const fetchConsultationCounts = (hallId: string): Promise<ConsultationCounts> =>
  request('GET', `${root(hallId)}/consultations/counts`)

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
