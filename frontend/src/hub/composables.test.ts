import { afterEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { ErrorCode, Show } from '@/wire/wire.gen'
import type { Command, Hub, Outcome, Watcher } from './hub'
import { CommandError } from './hub'
import { newCommandId } from './ids'
import type { Topic } from './topics'
import { REPEAT_WITHIN_MS, useCommand } from './useCommand'
import { useTopic } from './useTopic'

const CALL: Command = { type: 'call_next', counter_id: 'W01' }

function fakeHub() {
  const watched = new Map<string, Watcher<unknown>>()
  const ids: string[] = []
  const answers: ((answer: Outcome | ErrorCode) => void)[] = []
  const hub = {
    watch(topic: string, watcher: Watcher<unknown>) {
      watched.set(topic, watcher)
      return () => void watched.delete(topic)
    },
    do(_command: Command, id: string) {
      ids.push(id)
      return new Promise((resolve, reject) => {
        answers.push((answer) =>
          typeof answer === 'string' ? reject(new CommandError(answer)) : resolve(answer),
        )
      })
    },
  }
  return { hub: hub as unknown as Hub, watched, ids, answers }
}

afterEach(() => void vi.useRealTimers())

it('shows the latest view, follows the topic, and stops with its scope', async () => {
  const { hub, watched } = fakeHub()
  const scope = effectScope()
  const topic = ref<Topic | null>('board:A')
  const state = scope.run(() => useTopic(hub, topic))
  if (!state) throw new Error('no scope')
  expect(state.view.value).toBeNull()
  watched.get('board:A')?.onView({ type: 'board' }, {} as Show)
  expect(state.view.value).toEqual({ type: 'board' })
  topic.value = 'board:B'
  await nextTick()
  expect([...watched.keys()]).toEqual(['board:B'])
  expect(state.view.value).toBeNull()
  topic.value = null
  await nextTick()
  expect(watched.size).toBe(0)
  topic.value = 'board:C'
  await nextTick()
  scope.stop()
  expect(watched.size).toBe(0)
})

it('shows why a topic cannot be shown, until it can', () => {
  const { hub, watched } = fakeHub()
  const scope = effectScope()
  const state = scope.run(() => useTopic(hub, 'board:A'))
  watched.get('board:A')?.onFault?.('unknown_topic')
  expect(state?.fault.value).toBe('unknown_topic')
  watched.get('board:A')?.onView({ type: 'board' }, {} as Show)
  expect(state?.fault.value).toBeNull()
  scope.stop()
})

it('never sends two commands of one button at once', async () => {
  const { hub, ids, answers } = fakeHub()
  const { run, isPending, ending } = useCommand(hub)
  const first = run(CALL)
  expect(isPending.value).toBe(true)
  expect(await run(CALL)).toBeNull()
  expect(ids).toHaveLength(1)
  answers[0]?.({ type: 'refused', code: 'queue_empty' })
  expect(await first).toEqual({ type: 'refused', code: 'queue_empty' })
  expect(ending.value).toEqual({ type: 'refused', code: 'queue_empty' })
  expect(isPending.value).toBe(false)
})

it('repeats a command without an answer by its id, but not for ever and not another one', async () => {
  vi.useFakeTimers()
  const { hub, ids, answers } = fakeHub()
  const { run } = useCommand(hub)
  const fail = async (command: Command): Promise<void> => {
    const ending = run(command)
    answers.at(-1)?.('unavailable')
    await ending
  }
  await fail(CALL)
  await fail(CALL)
  expect(ids[1]).toBe(ids[0])
  await fail({ ...CALL, counter_id: 'W02' })
  expect(ids[2]).not.toBe(ids[0])
  vi.advanceTimersByTime(REPEAT_WITHIN_MS)
  await fail({ ...CALL, counter_id: 'W02' })
  expect(ids[3]).not.toBe(ids[2])
})

it('makes ids of version 7 that sort by time, without a secure context', () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  const ids = [1, 2 ** 32, 1_795_000_000_000].map((ms) => newCommandId(ms))
  vi.unstubAllGlobals()
  expect(ids).toEqual([...ids].sort())
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})
