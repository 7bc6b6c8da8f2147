import { ApiError } from '@/hub/api'
import type { CaseFile, CaseMaterial } from '@/wire/wire.gen'
import type { FileWords } from './words'

/** What the server takes (`store/files.py`); it judges by the bytes. */
export const SIZE_MAX_MB = 10
export const KINDS = ['application/pdf', 'image/png', 'image/jpeg'] as const

type Trouble = `files.${keyof FileWords['files']}`

/** Why a file would not be taken, said before it is sent; null when it may be. */
export function obstacleOf(file: Pick<File, 'size' | 'type'>): Trouble | null {
  if (file.size === 0) return 'files.empty'
  if (file.size > SIZE_MAX_MB * 1024 * 1024) return 'files.tooLarge'
  // A browser that does not know a kind calls it nothing.
  const isKnown = file.type === '' || KINDS.some((kind) => kind === file.type)
  return isKnown ? null : 'files.kind'
}

/** The words for a file that the server did not take. */
export function putTrouble(error: unknown): Trouble {
  if (!(error instanceof ApiError)) throw error
  switch (error.status) {
    case 413:
      return 'files.tooLarge'
    case 415:
      return 'files.kind'
    case 507:
      return 'files.noRoom'
    case 409:
      return 'files.over'
    case 403:
    case 404:
    case 422:
      return 'files.refused'
    default:
      return 'files.failed'
  }
}

/** A material and its files; `material` is null for files that belong to none that takes any. */
export interface FileGroup {
  readonly material: CaseMaterial | null
  readonly files: readonly CaseFile[]
}

/** The files by material, in the service's order, those of no such material last. */
export function grouped(
  materials: readonly CaseMaterial[],
  files: readonly CaseFile[],
): FileGroup[] {
  const taking = materials.filter((one) => one.takes_files)
  const ids = new Set(taking.map((one) => one.material_id))
  const others = files.filter((one) => one.material_id === null || !ids.has(one.material_id))
  const groups: FileGroup[] = taking.map((material) => ({
    material,
    files: files.filter((one) => one.material_id === material.material_id),
  }))
  return others.length > 0 ? [...groups, { material: null, files: others }] : groups
}
