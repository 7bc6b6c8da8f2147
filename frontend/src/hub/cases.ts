import type {
  CaseDo,
  CaseDone,
  CasePage,
  CaseRefusalCode,
  CaseRefused,
  CaseView,
  ServiceFacts,
  ServiceView,
} from '@/wire/wire.gen'
import { ApiError, answeredWith, request } from './api'

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`

export type CaseCommand = CaseDo['commands'][number]

/** What fits a word, pinyin, initials or a number, best first; of nothing, the own services. */
export const fetchServices = (hallId: string, query: string): Promise<ServiceView[]> =>
  request('GET', `${root(hallId)}/services?q=${part(query)}`)

export const fetchService = (hallId: string, serviceId: string): Promise<ServiceView> =>
  request('GET', `${root(hallId)}/services/${part(serviceId)}`)

/** What the university holds of the visitor at the own counter that stands for materials. */
export const fetchFacts = (
  hallId: string,
  ticketId: string,
  serviceId: string,
): Promise<ServiceFacts> =>
  request(
    'GET',
    `${root(hallId)}/cases/facts?ticket_id=${part(ticketId)}&service_id=${part(serviceId)}`,
  )

/** The cases of the ticket at the own counter, and the open ones of its visitor. */
export const fetchCasesOfTicket = (hallId: string, ticketId: string): Promise<CasePage> =>
  request('GET', `${root(hallId)}/cases/of-ticket/${part(ticketId)}`)

export const fetchCase = (hallId: string, caseId: string): Promise<CaseView> =>
  request('GET', `${root(hallId)}/cases/${part(caseId)}`)

/** What came of commands: the case, or why one of them was refused. */
export type CaseEnding =
  | { type: 'done'; case: CaseView }
  | { type: 'refused'; code: CaseRefusalCode; case: CaseView | null }

/** Do the commands in turn, each once; safe to repeat with the same id. */
export async function doCase(
  hallId: string,
  id: string,
  caseId: string | null,
  commands: readonly CaseCommand[],
): Promise<CaseEnding> {
  const body: CaseDo = { type: 'do', id, case_id: caseId, commands: [...commands] }
  const { status, json } = await answeredWith<CaseDone | CaseRefused>(
    'POST',
    `${root(hallId)}/cases/do`,
    body,
    [409],
  )
  if (json.type === 'done') return { type: 'done', case: json.case }
  if (json.type === 'refused') return { type: 'refused', code: json.code, case: json.case }
  throw new ApiError(status, null)
}
