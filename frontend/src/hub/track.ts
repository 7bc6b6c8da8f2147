import type { TrackView } from '@/wire/wire.gen'
import { request } from './api'

/** How the case with this secret stands; throws an ApiError, 404 when there is none. */
export const fetchTrack = (token: string): Promise<TrackView> =>
  request<TrackView>('GET', `/api/track/${encodeURIComponent(token)}`)
