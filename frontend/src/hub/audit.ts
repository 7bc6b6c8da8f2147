import { request } from './api'

/** What came of an act. */
export type ActResult = 'done' | 'refused' | 'denied' | 'failed'
export const RESULTS: readonly ActResult[] = ['done', 'refused', 'denied', 'failed']

/** Who did what, as it stands in the chain; of the data itself only digests. */
export interface AuditRecord {
  seq: number
  at: string
  who: string
  role: string
  /** A device's name, or the address that it was asked from. */
  device: string | null
  /** Noun and verb, `plan.put`. */
  verb: string
  kind: string
  id: string | null
  hall_id: string | null
  department_id: string | null
  before: string | null
  after: string | null
  request_id: string | null
  result: ActResult
  previous: string
  hash: string
}

/** Newest first; `next` leads to what comes after. */
export interface AuditPage {
  records: AuditRecord[]
  next: number | null
}

/** Which records are meant; an empty word means whichever. */
export interface AuditQuery {
  who: string
  kind: string
  result: string
  since: string
  until: string
}

const root = (hallId: string): string => `/api/halls/${encodeURIComponent(hallId)}/audit`

export function fetchAudit(
  hallId: string,
  query: AuditQuery,
  beforeSeq: number | null,
): Promise<AuditPage> {
  const words = wordsOf(query)
  if (beforeSeq !== null) words.set('before_seq', String(beforeSeq))
  return request('GET', `${root(hallId)}?${words}`)
}

/** Where the browser finds the records of a time as a file. */
export function exportPath(hallId: string, query: AuditQuery): string {
  const words = wordsOf({ ...query, who: '', kind: '', result: '' })
  words.set('form', 'csv')
  return `${root(hallId)}/export?${words}`
}

function wordsOf(query: AuditQuery): URLSearchParams {
  return new URLSearchParams(Object.entries(query).filter(([, word]) => word !== ''))
}
