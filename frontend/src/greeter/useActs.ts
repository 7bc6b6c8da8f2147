import type { Ref, ShallowRef } from 'vue'
import { onScopeDispose, readonly, ref, shallowReadonly, shallowRef } from 'vue'
import type { Command, Hub } from '@/hub/hub'
import { useCommand } from '@/hub/useCommand'
import type { Values, WordKey } from '@/shared/words/i18n'
import type { RefusalCode, Result } from '@/wire/wire.gen'
import { OWN_REFUSALS, type OwnRefusal, type Words } from './words'

/** How long the words about an act stay; as long can it be taken back. */
export const NOTE_MS = 12_000

/** What was said of the last act, and how to take it back. */
export interface Note {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly key: WordKey<Words>
  readonly values?: Values
  readonly undo?: { readonly command: Command; readonly note: Note }
}

export interface Acts {
  /** What was pressed and is not answered yet; nothing else can be pressed meanwhile. */
  readonly pending: Readonly<Ref<string | null>>
  readonly note: Readonly<ShallowRef<Note | null>>
  /** Send the command that `name` stands for; null when it was not carried out. */
  act(
    name: string,
    command: Command,
    onDone: (result: Result) => Note | null,
  ): Promise<Result | null>
  /** Take the last act back, if its note says how. */
  undo(): Promise<Result | null>
  tell(note: Note): void
  clear(): void
}

/** The acts of the desk, one at a time; `onExpired` when the greeter is no longer signed in. */
export function useActs(hub: Hub, onExpired: () => void): Acts {
  const command = useCommand(hub)
  const pending = ref<string | null>(null)
  const note = shallowRef<Note | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function clear(): void {
    clearTimeout(timer)
    note.value = null
  }

  function tell(next: Note): void {
    clear()
    note.value = next
    timer = setTimeout(clear, NOTE_MS)
  }

  async function act(
    name: string,
    asked: Command,
    onDone: (result: Result) => Note | null,
  ): Promise<Result | null> {
    if (pending.value !== null) return null
    if (hub.status.phase !== 'open') {
      tell({ tone: 'bad', key: 'greeter.linkDown' })
      return null
    }
    clear()
    pending.value = name
    const ending = await command.run(asked)
    pending.value = null
    if (ending?.type === 'done') {
      const said = onDone(ending.result)
      if (said !== null) tell(said)
      return ending.result
    }
    if (ending?.type === 'refused') tell({ tone: 'bad', key: refusalKey(ending.code) })
    if (ending?.type === 'failed') {
      if (isExpired(ending.code)) onExpired()
      else tell({ tone: 'bad', key: `error.${ending.code}` })
    }
    return null
  }

  async function undo(): Promise<Result | null> {
    const way = note.value?.undo
    return way === undefined ? null : act('undo', way.command, () => way.note)
  }

  onScopeDispose(() => clearTimeout(timer))
  return { pending: readonly(pending), note: shallowReadonly(note), act, undo, tell, clear }
}

/** Whether the code means that nobody, or somebody else, is signed in. */
export function isExpired(code: string | null): boolean {
  return code === 'unauthenticated' || code === 'forbidden'
}

/** A refusal is told to the greeter, where the usual words would send a visitor to this desk. */
export function refusalKey(code: RefusalCode): WordKey<Words> {
  return isOwn(code) ? `greeter.refusal.${code}` : `refusal.${code}`
}

function isOwn(code: RefusalCode): code is OwnRefusal {
  return (OWN_REFUSALS as readonly string[]).includes(code)
}
