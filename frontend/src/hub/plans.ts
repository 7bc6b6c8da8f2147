import type { Plan, PlanFault, ReplayReport, TicketClass } from '@/wire/wire.gen'
import { ApiError, request, requestBlob } from './api'

/** A re-run of a long day takes seconds, and may have to read it first. */
const REPLAY_MAX_MS = 60_000

export interface PlanVersion {
  version: number
  /** User name of who made it. */
  author: string
  reason: string
  created_at: string
}

export interface PlanVersions {
  /** Newest first; the first of them opens the next day. */
  versions: PlanVersion[]
  /** Of the day that is open or was last; null before the first day. */
  in_force: number | null
}

const root = (hallId: string): string => `/api/halls/${encodeURIComponent(hallId)}`

export const fetchPlans = (hallId: string): Promise<PlanVersions> =>
  request('GET', `${root(hallId)}/plans`)

export const fetchPlan = (hallId: string, version: number): Promise<Plan> =>
  request('GET', `${root(hallId)}/plans/${version}`)

/** What is wrong with the plan; nothing is kept. */
export async function checkPlan(hallId: string, plan: object): Promise<PlanFault[]> {
  const found = await request<{ faults: PlanFault[] }>('POST', `${root(hallId)}/plans/check`, plan)
  return found.faults
}

/** The ticket to be drawn. */
export interface PaperOrder {
  /** Being edited, so it may have faults. */
  plan: object
  paper_width_mm: 58 | 80
  ticket_class: TicketClass
  is_reprint: boolean
}

/** A ticket as it would be printed, in the words of the plan: a PNG as a data address. */
export async function previewPaper(hallId: string, order: PaperOrder): Promise<string> {
  const drawn = await requestBlob('POST', `${root(hallId)}/plans/paper`, order)
  const reader = new FileReader()
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(new ApiError(0, null))
    reader.readAsDataURL(drawn)
  })
}

/** Keep the plan as the version that follows `after`; the version it was given. */
export async function putPlan(
  hallId: string,
  plan: object,
  after: number,
  reason: string,
): Promise<number> {
  const order = { plan, after, reason }
  return (await request<{ version: number }>('POST', `${root(hallId)}/plans`, order)).version
}

/** A recorded day re-run, also under another plan if one is given. */
export const replayDay = (
  hallId: string,
  day: string,
  plan: object | null,
): Promise<ReplayReport> => request('POST', `${root(hallId)}/replay`, { day, plan }, REPLAY_MAX_MS)
