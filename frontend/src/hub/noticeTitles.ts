import type { NoticeTitle } from '@/wire/wire.gen'
import { request } from './api'

/** The newest notices of the website, what is pinned first. */
export const fetchNoticeTitles = (hallId: string): Promise<NoticeTitle[]> =>
  request('GET', `/api/halls/${encodeURIComponent(hallId)}/notices/shown`)
