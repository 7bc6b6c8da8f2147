import { computed, onMounted, onUnmounted, type Ref, ref, type ShallowRef, shallowRef } from 'vue'
import { ApiError } from '@/hub/api'
import { fetchDraft, workOnDraft } from '@/hub/drafts'
import { newCommandId } from '@/hub/ids'
import { useKeptDraft } from '@/shared/staff/drafts'
import type { DraftDo, DraftView } from '@/wire/wire.gen'
import {
  copyOf,
  type FullGuide,
  fullGuide,
  isSame,
  type Merged,
  merged,
  type PartName,
} from './guide'

type Command = DraftDo['command']

/** What is kept in the browser of a draft that was typed in and not saved. */
interface Typed {
  guide: FullGuide
  /** As it was when one began to type. */
  base: FullGuide
}

export interface DraftDesk {
  readonly view: ShallowRef<DraftView | null>
  /** As it is typed. */
  readonly guide: Ref<FullGuide | null>
  readonly isDirty: Ref<boolean>
  readonly isBusy: Ref<boolean>
  readonly failure: ShallowRef<unknown>
  /** What somebody else saved meanwhile. */
  readonly others: ShallowRef<Pick<Merged, 'taken' | 'clashes'> | null>
  load(): Promise<void>
  save(): Promise<boolean>
  /** Have the draft's command done, on what is saved; whether it was. */
  act(command: Command): Promise<boolean>
  /** Take what the other one saved in this part. */
  takeTheirs(name: PartName): void
}

/** A draft that is typed in: saved by revision, kept in the browser until then. */
export function useDraft(hallId: () => string, draftId: string): DraftDesk {
  const view = shallowRef<DraftView | null>(null)
  const guide = ref<FullGuide | null>(null)
  const saved = shallowRef<FullGuide | null>(null)
  const isBusy = ref(false)
  const failure = shallowRef<unknown>(null)
  const others = shallowRef<Pick<Merged, 'taken' | 'clashes'> | null>(null)
  /** The id of a command without an answer, for whoever sends the very same again. */
  const unanswered = new Map<string, string>()
  let kept: Typed | null = null

  const isDirty = computed(() => guide.value !== null && !isSame(guide.value, saved.value))

  useKeptDraft<Typed>(
    `guide.${draftId}`,
    () =>
      isDirty.value && guide.value !== null && saved.value !== null
        ? { guide: guide.value, base: saved.value }
        : null,
    (found) => {
      if (found.guide !== undefined && found.base !== undefined) kept = found as Typed
    },
  )

  /** Show what is saved, under what was typed since `base`; what that comes to. */
  function show(next: DraftView, typed: Typed | null): Merged | null {
    const theirs = fullGuide(next.guide)
    const found = typed && merged(typed.base, theirs, typed.guide)
    view.value = next
    saved.value = theirs
    guide.value = found?.guide ?? fullGuide(next.guide)
    return found
  }

  const typedNow = (): Typed | null =>
    isDirty.value && guide.value !== null && saved.value !== null
      ? { guide: guide.value, base: saved.value }
      : null

  async function load(): Promise<void> {
    failure.value = null
    try {
      const next = await fetchDraft(hallId(), draftId)
      const isOver = next.state === 'published' || next.state === 'discarded'
      const found = show(next, isOver ? null : (typedNow() ?? kept))
      others.value = found && found.taken.length + found.clashes.length > 0 ? found : null
      kept = null
    } catch (error) {
      failure.value = error
    }
  }

  async function act(command: Command): Promise<boolean> {
    const body = JSON.stringify(command)
    const id = unanswered.get(body) ?? newCommandId()
    unanswered.set(body, id)
    isBusy.value = true
    failure.value = null
    try {
      const next = await workOnDraft(hallId(), draftId, id, command)
      unanswered.delete(body)
      if (command.type === 'write_draft') {
        saved.value = fullGuide(command.guide) // what is typed since then is kept
        others.value = null
      }
      show(next, typedNow())
      return true
    } catch (error) {
      failure.value = error
      if (error instanceof ApiError && error.status !== 0 && error.status < 500)
        unanswered.delete(body)
      if (error instanceof ApiError && error.code === 'draft_changed') {
        await load() // and what is typed on top of it
        failure.value ??= error
      }
      return false
    } finally {
      isBusy.value = false
    }
  }

  async function save(): Promise<boolean> {
    if (view.value === null || guide.value === null) return false
    if (!isDirty.value) return true
    return act({ type: 'write_draft', revision: view.value.revision, guide: copyOf(guide.value) })
  }

  function takeTheirs(name: PartName): void {
    if (guide.value === null || saved.value === null || others.value === null) return
    Object.assign(guide.value, { [name]: copyOf(saved.value[name]) })
    const clashes = others.value.clashes.filter((one) => one !== name)
    others.value = { taken: [...others.value.taken, name], clashes }
  }

  function onLeave(event: BeforeUnloadEvent): void {
    if (isDirty.value) event.preventDefault()
  }

  onMounted(() => {
    addEventListener('beforeunload', onLeave)
    void load()
  })
  onUnmounted(() => removeEventListener('beforeunload', onLeave))
  return { view, guide, isDirty, isBusy, failure, others, load, save, act, takeTheirs }
}
