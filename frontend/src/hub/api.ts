/** No answer by then counts as no network. */
export const ANSWER_MAX_MS = 5_000

/** An answer other than 2xx; `status` 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number
  /** The server's word for what was wrong; null when it gave none. */
  readonly code: string | null
  constructor(status: number, code: string | null) {
    super(`${status} ${code ?? ''}`.trim())
    this.status = status
    this.code = code
  }
}

/** Problem details as RFC 9457 has them, with our `code`. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
}

export interface HallName {
  hall_id: string
  name_zh: string
  name_en: string
}

export interface Hello {
  /** Whether everybody may try the hall with the demo accounts. */
  demo: boolean
  /** Whether staff may sign in at the campus. */
  campus: boolean
  version: string
  halls: HallName[]
}

/** Somebody who may sign in. */
export interface StaffMember {
  username: string
  role: string
  name_zh: string
  name_en: string
  /** The counter this person works at by default. */
  counter_id: string | null
}

/** Who is signed in. */
export interface Session extends StaffMember {
  /** Null for those who look after every hall. */
  hall_id: string | null
  /** What is allowed somewhere in it: `watch:ops`, `read:plans`, `write:plan`. */
  rights: string[]
  /** What is to be done before anything else. */
  needs: ('password' | 'second_factor')[]
}

/** Where and when a ticket was issued. */
export interface TicketPlace {
  hall_id: string
  day: string
}

export const fetchHello = (): Promise<Hello> => request<Hello>('GET', '/api/hello')

/** Where the ticket with this token belongs; null when there is no such ticket. */
export async function fetchTicketPlace(token: string): Promise<TicketPlace | null> {
  try {
    return await request<TicketPlace>('GET', `/api/tickets/${encodeURIComponent(token)}`)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/**
 * What the server answers; throws an ApiError when that is not 2xx, or nothing in time.
 *
 * `more` are headers besides.
 */
export async function request<T>(
  method: string,
  path: string,
  body?: object,
  answerMaxMs = ANSWER_MAX_MS,
  more: Record<string, string> = {},
): Promise<T> {
  const response = await answered(method, path, body, answerMaxMs, more)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** As `request`, where the statuses in `also` are answers too. */
export async function answeredWith<T>(
  method: string,
  path: string,
  body: object,
  also: readonly number[],
): Promise<{ status: number; json: T }> {
  const response = await answered(method, path, body, ANSWER_MAX_MS, {}, also)
  return { status: response.status, json: (await response.json()) as T }
}

/** As `request`, for what is no JSON. */
export async function requestBlob(method: string, path: string, body: object): Promise<Blob> {
  return (await answered(method, path, body, ANSWER_MAX_MS)).blob()
}

async function answered(
  method: string,
  path: string,
  body: object | undefined,
  answerMaxMs: number,
  more: Record<string, string> = {},
  also: readonly number[] = [],
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMaxMs),
    })
  } catch {
    throw new ApiError(0, null)
  }
  if (!response.ok && !also.includes(response.status))
    throw new ApiError(response.status, await codeOf(response))
  return response
}

async function codeOf(response: Response): Promise<string | null> {
  try {
    const problem = (await response.json()) as Partial<Problem>
    return problem.code ?? null
  } catch {
    return null
  }
}
