import { describe, expect, it } from 'vitest'
import { ApiError } from '@/hub/api'
import type { CaseFile, CaseMaterial } from '@/wire/wire.gen'
import { grouped, obstacleOf, putTrouble } from './files'

const material = (id: string, takesFiles: boolean): CaseMaterial => ({
  material_id: id,
  name: { zh: id, en: id },
  is_tolerable: false,
  is_handed_in: false,
  is_by_facts: false,
  promised_by: null,
  is_told: false,
  takes_files: takesFiles,
})
const file = (id: string, materialId: string | null): CaseFile => ({
  file_id: id,
  material_id: materialId,
  name: id,
  media_type: 'application/pdf',
  size: 1,
  reference: null,
  by_id: 'w02',
  at: '2026-11-23T01:00:00Z',
})

describe('a file that is chosen', () => {
  it('is not sent when it is empty, too large or of another kind', () => {
    expect(obstacleOf({ size: 0, type: 'application/pdf' })).toBe('files.empty')
    expect(obstacleOf({ size: 10 * 1024 * 1024 + 1, type: 'image/png' })).toBe('files.tooLarge')
    expect(obstacleOf({ size: 9, type: 'text/html' })).toBe('files.kind')
    expect(obstacleOf({ size: 10 * 1024 * 1024, type: 'image/jpeg' })).toBeNull()
    expect(obstacleOf({ size: 9, type: '' })).toBeNull()
  })

  it('is told of in words when the server does not take it', () => {
    expect(putTrouble(new ApiError(415, 'file_kind'))).toBe('files.kind')
    expect(putTrouble(new ApiError(507, 'no_room'))).toBe('files.noRoom')
    expect(putTrouble(new ApiError(409, 'case_closed'))).toBe('files.over')
    expect(putTrouble(new ApiError(0, null))).toBe('files.failed')
  })
})

it('stands with its material, or after all of them', () => {
  const groups = grouped(
    [material('m1', false), material('m2', true)],
    [file('a', 'm2'), file('b', null), file('c', 'm1')],
  )
  expect(groups.map((one) => [one.material?.material_id, one.files.map((f) => f.file_id)])).toEqual(
    [
      ['m2', ['a']],
      [undefined, ['b', 'c']],
    ],
  )
})
