import type { CaseFile } from '@/wire/wire.gen'
import { ApiError, type Problem, request } from './api'

/** A file of ten megabytes over a poor network; the server keeps it whole or not at all. */
const UPLOAD_MAX_MS = 5 * 60_000

const part = encodeURIComponent
const root = (hallId: string, caseId: string): string =>
  `/api/halls/${part(hallId)}/cases/${part(caseId)}/files`

/** Where the browser finds a file of a case. */
export const filePath = (hallId: string, caseId: string, fileId: string): string =>
  `${root(hallId, caseId)}/${part(fileId)}`

export const removeFile = (hallId: string, caseId: string, fileId: string): Promise<void> =>
  request('DELETE', filePath(hallId, caseId, fileId))

/** Put a file to a material, the same again at most once; `onSent` hears how much of it went (0–1). */
export function putFile(
  hallId: string,
  caseId: string,
  materialId: string,
  file: File,
  onSent: (part: number) => void,
): Promise<CaseFile> {
  const query = new URLSearchParams({ name: file.name, material_id: materialId })
  // fetch() tells nothing of what has been sent so far.
  const sending = new XMLHttpRequest()
  sending.open('POST', `${root(hallId, caseId)}?${query}`)
  sending.setRequestHeader('accept', 'application/json')
  sending.setRequestHeader('content-type', 'application/octet-stream')
  sending.timeout = UPLOAD_MAX_MS
  sending.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0)
  return new Promise((resolve, reject) => {
    sending.onerror = sending.ontimeout = () => reject(new ApiError(0, null))
    sending.onload = () => {
      if (sending.status === 201) resolve(JSON.parse(sending.responseText) as CaseFile)
      else reject(new ApiError(sending.status, codeIn(sending.responseText)))
    }
    sending.send(file)
  })
}

function codeIn(text: string): string | null {
  try {
    return (JSON.parse(text) as Partial<Problem>).code ?? null
  } catch {
    return null
  }
}
