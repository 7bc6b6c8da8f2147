import type { ComputedRef, Ref, ShallowRef } from 'vue'
import { computed, onScopeDispose, ref, shallowReadonly, shallowRef, watch } from 'vue'
import { fetchCourse, fetchThen } from '@/hub/history'
import { troubleKey } from '@/shared/trouble'
import type { SharedWords, WordKey } from '@/shared/words/i18n'
import type { BoardView, CounterScreenView, ScreenCourse } from '@/wire/wire.gen'
import { changeAt, lengthOf, nearChange, within } from './moment'

/** Screens that can be drawn as they were. */
export type ScreenTopic = `board:${string}` | `counter_screen:${string}`

/** Which screen of which day. */
export interface Wanted {
  readonly hallId: string
  readonly day: string
  readonly topic: ScreenTopic
}

export interface Then {
  readonly course: Readonly<ShallowRef<ScreenCourse | null>>
  /** Ms since the day's beginning. */
  readonly ms: Readonly<Ref<number>>
  /** The instant itself. */
  readonly at: ComputedRef<number>
  readonly view: Readonly<ShallowRef<BoardView | CounterScreenView | null>>
  readonly trouble: Readonly<ShallowRef<WordKey<SharedWords> | null>>
  readonly isPlaying: Readonly<Ref<boolean>>
  readonly speed: Ref<number>
  goTo(ms: number): void
  step(by: 1 | -1): void
  toEnd(): void
  togglePlay(): void
}

/** How often the clock of a played day moves on. */
const TICK_MS = 200
/** A slider that is drawn asks once it rests so long. */
const REST_MS = 80

/** A screen as it stood; asks only when it looked different, and one question at a time. */
export function useThen(wanted: () => Wanted | null): Then {
  const course = shallowRef<ScreenCourse | null>(null)
  const ms = ref(0)
  const view = shallowRef<BoardView | CounterScreenView | null>(null)
  const trouble = shallowRef<WordKey<SharedWords> | null>(null)
  const isPlaying = ref(false)
  const speed = ref(10)
  const at = computed(() => (course.value ? Date.parse(course.value.began_at) : 0) + ms.value)
  /** Which change the screen has to show; a new day or screen is another one, too. */
  const place = computed(() =>
    course.value === null
      ? null
      : { of: course.value, change: changeAt(course.value.changes_ms, ms.value) },
  )
  let shown: { of: ScreenCourse; change: number } | null = null
  let isAsking = false
  let rest: ReturnType<typeof setTimeout> | undefined

  function isShown(): boolean {
    return shown?.of === place.value?.of && shown?.change === place.value?.change
  }

  /** Ask for what is to be shown until that is what is shown: the last answer wins. */
  async function ask(): Promise<void> {
    if (isAsking) return
    isAsking = true
    while (place.value !== null && !isShown()) {
      const asked = place.value
      const which = wanted()
      if (which === null) break
      try {
        const found = await fetchThen(which.hallId, which.day, which.topic, at.value)
        if (course.value !== asked.of) continue
        view.value = found
        trouble.value = null
      } catch (error) {
        if (course.value !== asked.of) continue
        view.value = null
        trouble.value = troubleKey(error)
        isPlaying.value = false
      }
      shown = asked
    }
    isAsking = false
  }

  /** Read the course anew; a day that is open has gone on meanwhile. */
  async function read(which: Wanted, isToEnd: boolean): Promise<void> {
    const before = at.value
    try {
      const found = await fetchCourse(which.hallId, which.day, which.topic)
      if (which !== current) return
      const kept = before - Date.parse(found.began_at)
      const isKept = !isToEnd && kept >= 0 && kept <= lengthOf(found)
      ms.value = isKept ? kept : lengthOf(found)
      course.value = found
    } catch (error) {
      if (which !== current) return
      course.value = null
      view.value = null
      trouble.value = troubleKey(error)
    }
  }

  let current: Wanted | null = null
  watch(
    wanted,
    (which) => {
      current = which
      isPlaying.value = false
      trouble.value = null
      view.value = null
      if (which !== null) void read(which, false)
    },
    { immediate: true },
  )
  watch(place, () => {
    clearTimeout(rest)
    if (!isShown()) rest = setTimeout(() => void ask(), isPlaying.value ? 0 : REST_MS)
  })

  function goTo(next: number): void {
    if (course.value !== null) ms.value = within(course.value, next)
  }

  const timer = setInterval(() => {
    if (!isPlaying.value || course.value === null) return
    goTo(ms.value + TICK_MS * speed.value)
    if (ms.value >= lengthOf(course.value)) isPlaying.value = false
  }, TICK_MS)
  onScopeDispose(() => {
    clearInterval(timer)
    clearTimeout(rest)
    current = null
  })

  return {
    course: shallowReadonly(course),
    ms,
    at,
    view: shallowReadonly(view),
    trouble: shallowReadonly(trouble),
    isPlaying,
    speed,
    goTo,
    step(by) {
      isPlaying.value = false
      const next = course.value && nearChange(course.value.changes_ms, ms.value, by)
      if (next !== null) goTo(next)
    },
    toEnd() {
      isPlaying.value = false
      if (current !== null) void read(current, true)
    },
    togglePlay() {
      isPlaying.value = !isPlaying.value && course.value !== null
    },
  }
}
