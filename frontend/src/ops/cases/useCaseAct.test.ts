import { beforeEach, expect, test, vi } from 'vitest'
import { useCaseAct } from './useCaseAct'

const CASE = { case_id: 'c1' }
const ids: string[] = []
let answers: (Response | null)[] = []

/** The network: it answers with what is next, or not at all. */
function answer(_path: string, init: RequestInit): Promise<Response> {
  ids.push(JSON.parse(String(init.body)).id)
  const next = answers.shift()
  return next ? Promise.resolve(next) : Promise.reject(new TypeError('no network'))
}

const done = (): Response => Response.json({ type: 'done', id: 'x', case: CASE })

beforeEach(() => {
  ids.length = 0
  vi.stubGlobal('fetch', answer)
})

test('what was not answered is asked again with the same id, and something else with another', async () => {
  const { run } = useCaseAct(() => 'main')
  answers = [null, done(), done(), null, done()]
  await expect(run('c1', { type: 'close_case' })).rejects.toThrow()
  expect(await run('c1', { type: 'close_case' })).toEqual({ type: 'done', case: CASE })
  await run('c1', { type: 'close_case' })
  await expect(run('c1', { type: 'start_process' })).rejects.toThrow()
  await run('c1', { type: 'resume_case' })
  expect(ids[1]).toBe(ids[0])
  expect(new Set(ids).size).toBe(4)
})

test('a second press while the first is under way asks nothing', async () => {
  const { run, isPending } = useCaseAct(() => 'main')
  answers = [done()]
  const first = run('c1', { type: 'close_case' })
  expect(isPending.value).toBe(true)
  expect(await run('c1', { type: 'close_case' })).toBeNull()
  await first
  expect(ids).toHaveLength(1)
})

test('a refusal is told with the case as it stands', async () => {
  const { run } = useCaseAct(() => 'main')
  const body = { type: 'refused', id: 'x', code: 'case_closed', refused_no: 0, case: CASE }
  answers = [Response.json(body, { status: 409 })]
  expect(await run('c1', { type: 'close_case' })).toEqual({
    type: 'refused',
    code: 'case_closed',
    case: CASE,
  })
})
