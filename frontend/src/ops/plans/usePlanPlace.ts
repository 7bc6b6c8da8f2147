import type { Ref, ShallowRef } from 'vue'
import { ref, shallowRef } from 'vue'
import type { PartName } from './tell'

/** What of the plan is shown; where one was is kept, as the draft is, over a look at another tab. */
const part = ref<PartName>('counters')
const counter = ref(0)
const queue = ref(0)
/** The field that is to be shown: of a fault, or of what was put into the plan elsewhere. */
const goal = shallowRef<string | null>(null)

export function usePlanPlace(): {
  part: Ref<PartName>
  counter: Ref<number>
  queue: Ref<number>
  goal: ShallowRef<string | null>
} {
  return { part, counter, queue, goal }
}
