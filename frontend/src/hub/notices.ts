import type {
  NoticeContent,
  NoticeDo,
  NoticeFault,
  NoticePage,
  NoticePreview,
  NoticeRefused,
  NoticeSheet,
  NoticeView,
} from '@/wire/wire.gen'
import { answeredWith, request } from './api'

export type NoticeKind = 'showing' | 'scheduled' | 'draft' | 'past'

const root = (hallId: string): string => `/api/halls/${encodeURIComponent(hallId)}/notices`

/** A rule said no. */
export class NoticeSaidNo extends Error {
  readonly code: string
  /** With `notice_faulty`. */
  readonly faults: readonly NoticeFault[]
  constructor({ code, faults }: NoticeRefused) {
    super(code)
    this.code = code
    this.faults = faults
  }
}

/** A part of one list, from `skip` on. */
export const fetchNotices = (hallId: string, kind: NoticeKind, skip = 0): Promise<NoticePage> =>
  request('GET', `${root(hallId)}?kind=${kind}&skip=${skip}`)

/** One with its history; throws an ApiError, 404 when there is none. */
export const fetchNotice = (hallId: string, noticeId: string): Promise<NoticeSheet> =>
  request('GET', `${root(hallId)}/${encodeURIComponent(noticeId)}`)

/** How it would look, and what is wrong with it. */
export const previewNotice = (hallId: string, content: NoticeContent): Promise<NoticePreview> =>
  request('POST', `${root(hallId)}/preview`, content)

/** Keep, publish or take down; a repeat with the same id has one effect.  Throws NoticeSaidNo, ApiError. */
export async function doNotice(hallId: string, order: NoticeDo): Promise<NoticeView> {
  const path = root(hallId)
  const { status, json } = await answeredWith<NoticeView | NoticeRefused>(
    'POST',
    path,
    order,
    [409],
  )
  if (status === 409) throw new NoticeSaidNo(json as NoticeRefused)
  return json as NoticeView
}
