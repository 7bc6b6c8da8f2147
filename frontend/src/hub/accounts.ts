import { request, type Session } from './api'

/** A role, and for what; null for all there are. */
export interface Grant {
  role: string
  hall_id: string | null
  department_id: string | null
  queue_id: string | null
}

/** An account as administrators see it. */
export interface Account {
  username: string
  name_zh: string
  name_en: string
  counter_id: string | null
  /** The first is the main one. */
  grants: Grant[]
  is_active: boolean
  must_change_password: boolean
  has_second_factor: boolean
  /** Whether who asks may. */
  may_change: boolean
}

/** What an account is to be. */
export type AccountOrder = Pick<
  Account,
  'name_zh' | 'name_en' | 'counter_id' | 'grants' | 'is_active'
>

/** Somewhere where an account is signed in. */
export interface SessionLine {
  id: string
  begun_at: string
  seen_at: string
  ends_at: string
  address: string
  agent: string
  is_mine: boolean
}

/** What proves that it is oneself who asks; `code` where there is a second factor. */
export interface Proof {
  password: string
  code: string
}

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}/accounts`
const one = (hallId: string, username: string): string => `${root(hallId)}/${part(username)}`

export const fetchMySessions = (): Promise<SessionLine[]> => request('GET', '/api/account/sessions')

export const endMySession = (id: string): Promise<void> =>
  request('DELETE', `/api/account/sessions/${part(id)}`)

export const changePassword = (proof: Proof, newPassword: string): Promise<Session> =>
  request('POST', '/api/account/password', { ...proof, new_password: newPassword })

/** A second factor to give to the phone. */
export const proposeFactor = (proof: Proof): Promise<{ secret: string; uri: string }> =>
  request('POST', '/api/account/second-factor', proof)

/** Show a code of it; the recovery codes, which are told this once. */
export const confirmFactor = async (code: string): Promise<string[]> =>
  (await request<{ recovery_codes: string[] }>('PUT', '/api/account/second-factor', { code }))
    .recovery_codes

export const fetchAccounts = (hallId: string): Promise<Account[]> => request('GET', root(hallId))

/** The password with which its owner chooses another. */
export const makeAccount = async (
  hallId: string,
  username: string,
  order: AccountOrder,
): Promise<string> =>
  (await request<{ password: string }>('POST', root(hallId), { username, ...order })).password

export const changeAccount = (
  hallId: string,
  username: string,
  order: AccountOrder,
): Promise<Account> => request('PUT', one(hallId, username), order)

export const resetPassword = async (hallId: string, username: string): Promise<string> =>
  (await request<{ password: string }>('POST', `${one(hallId, username)}/password`, {})).password

export const dropFactor = (hallId: string, username: string): Promise<void> =>
  request('DELETE', `${one(hallId, username)}/second-factor`)

export const fetchSessions = (hallId: string, username: string): Promise<SessionLine[]> =>
  request('GET', `${one(hallId, username)}/sessions`)

export const endSession = (hallId: string, username: string, id: string): Promise<void> =>
  request('DELETE', `${one(hallId, username)}/sessions/${part(id)}`)
