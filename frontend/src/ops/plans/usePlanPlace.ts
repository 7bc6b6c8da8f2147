import type { Ref } from 'vue'
import { ref } from 'vue'
import type { PartName } from './tell'

/** What of the plan is shown; where one was is kept, as the draft is, over a look at another tab. */
const part = ref<PartName>('counters')
const counter = ref(0)
const queue = ref(0)

export function usePlanPlace(): {
  part: Ref<PartName>
  counter: Ref<number>
  queue: Ref<number>
} {
  return { part, counter, queue }
}
