import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowRef, toValue, watchEffect } from 'vue'
import type { ErrorCode } from '@/wire/wire.gen'
import type { Hub } from './hub'
import type { Topic, ViewOf } from './topics'

export interface TopicState<T extends Topic> {
  /** The latest view; null until the hub has shown one. */
  readonly view: Readonly<ShallowRef<ViewOf<T> | null>>
  /** Why the hub cannot show the topic; null when it can, or has not said. */
  readonly fault: Readonly<ShallowRef<ErrorCode | null>>
}

/** What the hub shows of `topic`; nothing while the topic is null. */
export function useTopic<T extends Topic>(
  hub: Hub,
  topic: MaybeRefOrGetter<T | null>,
): TopicState<T> {
  const view: ShallowRef<ViewOf<T> | null> = shallowRef(null)
  const fault = shallowRef<ErrorCode | null>(null)
  watchEffect((onCleanup) => {
    view.value = null // a view of another topic must not linger
    fault.value = null
    const name = toValue(topic)
    if (name === null) return
    onCleanup(
      hub.watch(name, {
        onView(next) {
          view.value = next
          fault.value = null
        },
        onFault(code) {
          fault.value = code
        },
      }),
    )
  })
  return { view, fault }
}
