import { ApiError, type Problem, request } from './api'

/** A whole catalogue over a poor network, read and compared by a busy server. */
const FILE_MAX_MS = 2 * 60_000
const LINKS_MAX_MS = 60_000

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}/catalogue`

export type FileForm = 'json' | 'xlsx'

export interface CatalogueSize {
  /** By the hall's clock: a file counts from this day at the earliest. */
  today: string
  hall: { zh: string; en: string }
  departments: number
  services: number
  /** About the hall itself. */
  questions: number
}

export interface ImportFault {
  /** `services[3].name` or `materials!C12`; empty for the whole file. */
  place: string
  code: string
  found: string
  /** What keeps it from review, by its code in a draft. */
  own: string
}

export interface FieldChange {
  field: string
  before: string | null
  after: string | null
}

export interface Change {
  kind: 'department' | 'service' | 'questions'
  id: string
  name: { zh: string; en: string }
  how: 'added' | 'changed' | 'withdrawn'
  fields: FieldChange[]
}

/** A zone or window that services name and the plan does not have. */
export interface Unplanned {
  code: 'no_such_zone' | 'no_such_counter'
  id: string
  /** The first of the services. */
  places: string[]
  services: number
}

export interface ImportPreview {
  /** The catalogue that the file was laid beside. */
  mark: number
  valid_from: string
  changes: Change[]
  /** Changes that are not told. */
  more: number
  unchanged: number
  faults: ImportFault[]
  unplanned: Unplanned[]
}

export interface ImportDone {
  valid_from: string
  added: number
  changed: number
  withdrawn: number
}

export interface Finding {
  service_id: string
  service: { zh: string; en: string }
  code: string
  /** A JSON pointer into the guide. */
  path: string
  detail: string
}

export interface LinkFound {
  url: string
  service_ids: string[]
  outcome: string | null
  status: number | null
  at: string | null
}

export interface CatalogueFindings {
  time_zone: string
  findings: Finding[]
  links: LinkFound[]
}

/** How a file is to be taken. */
export interface Taking {
  validFrom: string
  withdraws: boolean
  /** Zones and windows that the plan does not have yet are taken. */
  planFollows: boolean
}

export const fetchCatalogueSize = (hallId: string): Promise<CatalogueSize> =>
  request('GET', root(hallId))

/** Where the browser finds the catalogue as a file. */
export const cataloguePath = (hallId: string, form: FileForm): string =>
  `${root(hallId)}/export?format=${form}`

export const fetchFindings = (hallId: string): Promise<CatalogueFindings> =>
  request('GET', `${root(hallId)}/findings`, undefined, LINKS_MAX_MS)

/** Ask for a part of the addresses that were last asked for before `since`. */
export const checkLinks = (
  hallId: string,
  since: string | null,
): Promise<{ checked: number; left: number; since: string }> =>
  request(
    'POST',
    `${root(hallId)}/links${since === null ? '' : `?since=${part(since)}`}`,
    undefined,
    LINKS_MAX_MS,
  )

/** What the file would change; nothing is changed. */
export const previewCatalogue = (
  hallId: string,
  file: File,
  { validFrom, withdraws }: Omit<Taking, 'planFollows'>,
): Promise<ImportPreview> =>
  send(`${root(hallId)}/check?${query({ valid_from: validFrom, withdraws })}`, file)

/** Have the file count as it was shown; the same id has one effect. */
export const takeCatalogue = (
  hallId: string,
  file: File,
  { validFrom, withdraws, planFollows }: Taking,
  mark: number,
  id: string,
): Promise<ImportDone> => {
  const how = { valid_from: validFrom, withdraws, plan_follows: planFollows }
  return send(`${root(hallId)}/import?${query({ id, mark, ...how })}`, file)
}

function query(parts: Record<string, string | number | boolean>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(parts).map(([name, value]): [string, string] => [name, String(value)]),
  )
}

async function send<T>(path: string, file: File): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/octet-stream' },
      body: file,
      signal: AbortSignal.timeout(FILE_MAX_MS),
    })
  } catch {
    throw new ApiError(0, null)
  }
  if (response.ok) return (await response.json()) as T
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
  throw new ApiError(response.status, problem.code ?? null)
}
