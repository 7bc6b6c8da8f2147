import type { VisitTimesView } from '@/wire/wire.gen'
import { request } from './api'

/** When the hall serves, and how long people usually wait: of one queue, or of the whole hall. */
export function fetchVisitTimes(hallId: string, queueId: string | null): Promise<VisitTimesView> {
  const asked = queueId === null ? '' : `?queue_id=${encodeURIComponent(queueId)}`
  return request('GET', `/api/halls/${encodeURIComponent(hallId)}/visit-times${asked}`)
}
