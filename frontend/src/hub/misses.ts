import { request } from './api'

/** Words that nothing was found for on the website, and how often. */
export interface Miss {
  query: string
  times: number
  last_day: string
}

/** Of the days that are kept, the most often first. */
export const fetchMisses = (hallId: string): Promise<Miss[]> =>
  request('GET', `/api/halls/${encodeURIComponent(hallId)}/misses`)
