import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { ApiError } from '@/hub/api'
import * as api from '@/hub/plans'
import type { Plan, PlanFault } from '@/wire/wire.gen'
import { type Draft, draftOf } from './draft'
import { smallPlan } from './fixtures'
import { CHECK_AFTER_MS, codeOf, createPlanDesk } from './usePlanDesk'

const FAULT: PlanFault = { code: 'serves_nothing', path: '/counters/0/queue_ids' }

/** The server's plans, newest last. */
let kept: Draft[] = []

function serve(): void {
  vi.spyOn(api, 'fetchPlans').mockImplementation(async () => ({
    versions: [...kept]
      .reverse()
      .map(({ version }) => ({ version, author: 'chief', reason: 'r', created_at: '' })),
    in_force: 1,
  }))
  vi.spyOn(api, 'fetchPlan').mockImplementation(async (_hall, version) =>
    draftOf(kept.find((plan) => plan.version === version) as Plan),
  )
  vi.spyOn(api, 'putPlan').mockImplementation(async (_hall, plan, after) => {
    if (after !== kept.length) throw new ApiError(409, 'plan_outdated')
    kept.push({ ...(plan as Draft), version: after + 1 })
    return after + 1
  })
  vi.spyOn(api, 'checkPlan').mockImplementation(async (_hall, plan) =>
    (plan as Draft).counters[0]?.queue_ids.length === 0 ? [FAULT] : [],
  )
}

async function opened() {
  const desk = createPlanDesk()
  await desk.open('small')
  const draft = desk.draft.value
  if (!draft) throw new Error('no draft')
  return { desk, queues: draft.counters[0]?.queue_ids ?? [] }
}

describe('the plan being edited', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    kept = [{ ...smallPlan(), version: 1 }]
    serve()
  })
  afterEach(() => vi.useRealTimers())

  it('is checked once a little after the last change', async () => {
    const { desk, queues } = await opened()
    await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS)
    vi.mocked(api.checkPlan).mockClear()
    queues.splice(0)
    await nextTick()
    await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS - 1)
    queues.push('B')
    await nextTick()
    queues.splice(0)
    await nextTick()
    expect(desk.checking.value).toBe('asking')
    expect(api.checkPlan).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS)
    expect(api.checkPlan).toHaveBeenCalledOnce()
    expect(desk.checking.value).toBe('known')
    expect(desk.faultsAt.value.get('/counters/0/queue_ids')).toEqual([FAULT])
  })

  it('is checked again by itself when the server did not answer', async () => {
    const { desk, queues } = await opened()
    vi.mocked(api.checkPlan).mockRejectedValueOnce(new ApiError(0, null))
    queues.splice(0)
    await nextTick()
    await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS)
    expect(desk.checking.value).toBe('failed')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(desk.checking.value).toBe('known')
    expect(desk.faults.value).toEqual([FAULT])
  })

  it('becomes a version, from which the editor goes on', async () => {
    const { desk, queues } = await opened()
    queues.push('B')
    expect(desk.changes.value).toHaveLength(1)
    expect(await desk.save('more')).toBe(2)
    expect(desk.base.value?.version).toBe(2)
    expect(desk.changes.value).toEqual([])
  })

  it('is not lost when somebody else was first, and goes on their version', async () => {
    const { desk, queues } = await opened()
    queues.push('B')
    const theirs = { ...smallPlan(), version: 2, time_zone: 'Europe/Berlin' }
    kept.push(theirs)
    await expect(desk.save('late')).rejects.toThrow(ApiError)
    expect(desk.changes.value).toHaveLength(1)
    await desk.rebase()
    expect(desk.base.value?.version).toBe(2)
    expect(desk.draft.value?.time_zone).toBe('Europe/Berlin')
    expect(desk.draft.value?.counters[0]?.queue_ids).toEqual(['A', 'B'])
    expect(await desk.save('again')).toBe(3)
  })

  it('is what was kept, after discarding', async () => {
    const { desk, queues } = await opened()
    queues.push('B')
    desk.discard()
    expect(desk.changes.value).toEqual([])
  })

  it('stays as it is when the editor is opened again', async () => {
    const { desk, queues } = await opened()
    queues.push('B')
    await desk.open('small')
    expect(desk.changes.value).toHaveLength(1)
  })

  it('can be an older version again', async () => {
    const { desk, queues } = await opened()
    queues.push('B')
    await desk.save('more')
    expect(await desk.takeBack(1, 'back')).toBe(3)
    expect(desk.draft.value?.counters[0]?.queue_ids).toEqual(['A'])
  })
})

it('an error without a code counts as no answer', () => {
  expect(codeOf(new ApiError(409, 'plan_outdated'))).toBe('plan_outdated')
  expect(codeOf(new ApiError(0, null))).toBe('unavailable')
})
