import type { Ref, ShallowRef } from 'vue'
import { computed, onMounted, onUnmounted, ref, shallowRef } from 'vue'
import { ApiError } from '@/hub/api'
import { fetchBooking } from '@/hub/bookings'
import type { BookingView } from '@/wire/wire.gen'

const LOOK_MS = 30_000
const TICK_MS = 1_000

interface BookingState {
  readonly view: Readonly<ShallowRef<BookingView | null>>
  readonly failure: Readonly<Ref<'unknown' | 'away' | null>>
  /** Seconds that the place is still held for; 0 when that is over. */
  readonly holdLeftS: Readonly<Ref<number>>
  show(view: BookingView): void
  read(): Promise<void>
}

/** The booking with this secret as it stands, by the hall's clock. */
export function useBooking(token: string): BookingState {
  const view = shallowRef<BookingView | null>(null)
  const failure = ref<'unknown' | 'away' | null>(null)
  const now = ref(Date.now())
  let aheadMs = 0

  function show(next: BookingView): void {
    aheadMs = Date.parse(next.at) - Date.now()
    now.value = Date.now()
    view.value = next
    failure.value = null
  }

  async function read(): Promise<void> {
    try {
      show(await fetchBooking(token))
    } catch (error) {
      failure.value = error instanceof ApiError && error.status === 404 ? 'unknown' : 'away'
    }
  }

  function readIfSeen(): void {
    if (document.visibilityState === 'visible') void read()
  }

  const timers = [
    setInterval(readIfSeen, LOOK_MS),
    setInterval(() => {
      now.value = Date.now()
    }, TICK_MS),
  ]
  onMounted(() => {
    void read()
    document.addEventListener('visibilitychange', readIfSeen)
    addEventListener('online', readIfSeen)
  })
  onUnmounted(() => {
    timers.forEach(clearInterval)
    document.removeEventListener('visibilitychange', readIfSeen)
    removeEventListener('online', readIfSeen)
  })

  const holdLeftS = computed(() => {
    if (view.value === null) return 0
    const left = Date.parse(view.value.held_until) - (now.value + aheadMs)
    return Math.max(0, Math.ceil(left / 1000))
  })
  return { view, failure, holdLeftS, show, read }
}
