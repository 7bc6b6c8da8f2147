import type { Ref, ShallowRef } from 'vue'
import { readonly, ref, shallowRef } from 'vue'
import type { ErrorCode } from '@/wire/wire.gen'
import type { Command, Hub, Outcome } from './hub'
import { CommandError } from './hub'
import { newCommandId } from './ids'

/** A command that failed may have had its effect: asking again so soon repeats it by its id. */
export const REPEAT_WITHIN_MS = 60_000

/** `failed`: no answer came, or the command could not be taken. */
export type Ending = Outcome | { type: 'failed'; code: ErrorCode }

export interface CommandState {
  readonly isPending: Readonly<Ref<boolean>>
  /** How the last command ended; null before, and while one is under way. */
  readonly ending: Readonly<ShallowRef<Ending | null>>
  /** Send the command and wait; null, without sending, while another is under way. */
  run(command: Command): Promise<Ending | null>
  /** Forget the last ending, after it was read. */
  clear(): void
}

interface Failed {
  readonly id: string
  readonly command: string
  readonly atMs: number
}

/** One button's commands, never two at once. */
export function useCommand(hub: Hub): CommandState {
  const isPending = ref(false)
  const ending = shallowRef<Ending | null>(null)
  let failed: Failed | null = null

  async function run(command: Command): Promise<Ending | null> {
    if (isPending.value) return null
    isPending.value = true
    ending.value = null
    const text = JSON.stringify(command)
    const isRepeat = failed?.command === text && Date.now() - failed.atMs < REPEAT_WITHIN_MS
    const id = failed && isRepeat ? failed.id : newCommandId()
    failed = null
    try {
      ending.value = await hub.do(command, id)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      if (error.code === 'unavailable') failed = { id, command: text, atMs: Date.now() }
      ending.value = { type: 'failed', code: error.code }
    } finally {
      isPending.value = false
    }
    return ending.value
  }

  function clear(): void {
    ending.value = null
  }

  return { isPending: readonly(isPending), ending, run, clear }
}
