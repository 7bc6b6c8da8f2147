import { onScopeDispose, type Ref, ref, watch } from 'vue'
import { ApiError } from '@/hub/api'
import { useHub } from '@/hub/hub'
import { type PaperOrder, previewPaper } from '@/hub/plans'

/** After the last change, so that not every letter is drawn. */
export const DRAW_AFTER_MS = 300

export interface PaperPreview {
  /** The address of the newest picture; null before the first one. */
  readonly picture: Ref<string | null>
  /** Whether the picture shows less than what was asked for: `faulty` until a fault is mended. */
  readonly state: Ref<'drawn' | 'drawing' | 'faulty' | 'failed'>
}

/** The ticket as the printer would print it, drawn anew a moment after each change. */
export function usePaperPreview(order: () => PaperOrder): PaperPreview {
  const hub = useHub()
  const picture = ref<string | null>(null)
  const state = ref<'drawn' | 'drawing' | 'faulty' | 'failed'>('drawing')
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function draw(body: PaperOrder): Promise<void> {
    const turn = ++asked
    try {
      const drawn = await previewPaper(hub.hallId.value ?? '', body)
      if (turn !== asked) return
      picture.value = drawn
      state.value = 'drawn'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (turn === asked) state.value = error.status === 422 ? 'faulty' : 'failed'
    }
  }

  watch(
    () => JSON.stringify(order()),
    (body, before) => {
      clearTimeout(timer)
      state.value = 'drawing'
      timer = setTimeout(
        () => void draw(JSON.parse(body) as PaperOrder),
        before === undefined ? 0 : DRAW_AFTER_MS,
      )
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    asked += 1
  })
  return { picture, state }
}
