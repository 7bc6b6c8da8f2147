import type {
  Comparison,
  DraftBegin,
  DraftDo,
  DraftView,
  Guide,
  GuideDo,
  GuideForm,
  GuideHistory,
  GuideList,
} from '@/wire/wire.gen'
import { ApiError, request, requestBlob } from './api'

const part = encodeURIComponent
const root = (hallId: string): string => `/api/halls/${part(hallId)}`
const guideAt = (hallId: string, serviceId: string): string =>
  `${root(hallId)}/guides/${part(serviceId)}`
const draftAt = (hallId: string, draftId: string): string =>
  `${root(hallId)}/drafts/${part(draftId)}`

/** The guides of one's departments, each with its draft. */
export const fetchGuides = (hallId: string): Promise<GuideList> =>
  request('GET', `${root(hallId)}/guides`)

/** The versions of a guide. */
export const fetchGuideHistory = (hallId: string, serviceId: string): Promise<GuideHistory> =>
  request('GET', guideAt(hallId, serviceId))

/** Two versions of a guide beside each other. */
export const compareVersions = (
  hallId: string,
  serviceId: string,
  before: number,
  after: number,
): Promise<Comparison> =>
  request('GET', `${guideAt(hallId, serviceId)}/compare?before=${before}&after=${after}`)

/** The versions after the command; an ApiError 409 with the code where a rule says no. */
export const changeGuide = (
  hallId: string,
  serviceId: string,
  id: string,
  command: GuideDo['command'],
): Promise<GuideHistory> => request('POST', guideAt(hallId, serviceId), { type: 'do', id, command })

/** Begin a draft; the same id finds the same one again. */
export const beginDraft = (
  hallId: string,
  id: string,
  command: DraftBegin['command'],
): Promise<DraftView> => request('POST', `${root(hallId)}/drafts`, { type: 'do', id, command })

/** A draft; an ApiError 404 where there is none for whoever asks. */
export const fetchDraft = (hallId: string, draftId: string): Promise<DraftView> =>
  request('GET', draftAt(hallId, draftId))

/** The draft after the command; an ApiError 409 with the code where a rule says no. */
export const workOnDraft = (
  hallId: string,
  draftId: string,
  id: string,
  command: DraftDo['command'],
): Promise<DraftView> => request('POST', draftAt(hallId, draftId), { type: 'do', id, command })

/** What publishing the draft would change. */
export const compareDraft = (hallId: string, draftId: string): Promise<Comparison> =>
  request('GET', `${draftAt(hallId, draftId)}/compare`)

/** The page that the guide would be. */
export async function previewGuide(
  hallId: string,
  guide: Guide,
  language: 'zh' | 'en',
): Promise<string> {
  const path = `${root(hallId)}/guides/preview?language=${language}`
  return (await requestBlob('POST', path, guide)).text()
}

const UPLOAD_MAX_MS = 5 * 60_000

/** Keep the file of a form; what a guide says of it, but for its name. */
export async function putForm(hallId: string, file: File): Promise<Omit<GuideForm, 'name'>> {
  let response: Response
  try {
    response = await fetch(`${root(hallId)}/forms`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/octet-stream' },
      body: file,
      signal: AbortSignal.timeout(UPLOAD_MAX_MS),
    })
  } catch {
    throw new ApiError(0, null)
  }
  const answer = (await response.json()) as { code?: string }
  if (!response.ok) throw new ApiError(response.status, answer.code ?? null)
  return answer as unknown as Omit<GuideForm, 'name'>
}
