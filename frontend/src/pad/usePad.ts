import type { ComputedRef, Ref } from 'vue'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Hub } from '@/hub/hub'
import { useCommand } from '@/hub/useCommand'
import { type Draft, EMPTY } from '@/shared/rating/rating'
import type { PadOffer } from '@/wire/wire.gen'

/** Whoever touches the pad has so long again. */
export const TOUCHED_MS = 20_000
export const THANKS_MS = 5_000

interface Visit {
  readonly ticketId: string
  readonly number: string
  /** When the pad goes back to rest, by the hub's clock. */
  readonly untilMs: number
}

export interface Pad {
  readonly visit: Readonly<Ref<Visit | null>>
  readonly isThanking: Readonly<Ref<boolean>>
  readonly draft: Ref<Draft>
  /** Seconds until the pad goes back to rest, or sends what was chosen. */
  readonly leftS: ComputedRef<number>
  readonly isPending: Readonly<Ref<boolean>>
  readonly isFailed: ComputedRef<boolean>
  touch(): void
  send(): Promise<void>
}

/**
 * One visitor after another at a counter's pad (EV2).
 *
 * What somebody chose and did not send is sent when their time is over; who chose nothing stays
 * unrated. `onRest` is told when the pad is back at rest.
 */
export function usePad(
  hub: Hub,
  counterId: string,
  offer: () => PadOffer | null,
  now: Readonly<Ref<number>>,
  onRest: () => void,
): Pad {
  const visit = shallowRef<Visit | null>(null)
  const draft = ref<Draft>(EMPTY)
  const thanksUntilMs = ref(0)
  /** What was dealt with already: sent, or let go. */
  let doneWith: string | null = null
  const command = shallowRef(useCommand(hub))

  async function send(): Promise<void> {
    const rated = visit.value
    const { level, tags, comment } = draft.value
    if (rated === null || level === null) return
    const ending = await command.value.run({
      type: 'evaluate',
      counter_id: counterId,
      ticket_id: rated.ticketId,
      level,
      tags: [...tags],
      comment,
    })
    if (visit.value?.ticketId !== rated.ticketId || ending === null) return
    if (ending.type === 'failed') return touch()
    if (ending.type === 'done') thanksUntilMs.value = now.value + THANKS_MS
    rest()
  }

  function rest(): void {
    doneWith = visit.value?.ticketId ?? doneWith
    visit.value = null
    draft.value = EMPTY
    command.value = useCommand(hub) // a failed command of one visitor is not repeated by the next
    if (thanksUntilMs.value <= now.value) onRest()
  }

  function touch(): void {
    const held = visit.value
    if (held !== null)
      visit.value = { ...held, untilMs: Math.max(held.untilMs, now.value + TOUCHED_MS) }
  }

  /** Send what was chosen, or go back to rest where nothing was. */
  function end(): void {
    if (command.value.isPending.value) return
    const isTried = command.value.ending.value !== null
    if (draft.value.level === null || isTried) rest()
    else void send()
  }

  watch(
    [offer, now],
    ([offered]) => {
      const held = visit.value
      if (held === null) {
        const untilMs = offered === null ? 0 : Date.parse(offered.until)
        if (offered === null || offered.ticket_id === doneWith || untilMs <= now.value) return
        thanksUntilMs.value = 0
        visit.value = { ticketId: offered.ticket_id, number: offered.number, untilMs }
      } else if (offered?.ticket_id !== held.ticketId || now.value >= held.untilMs) end()
    },
    { immediate: true },
  )
  watch(
    () => thanksUntilMs.value > now.value,
    (isThanking) => {
      if (!isThanking && visit.value === null) onRest()
    },
  )

  return {
    visit,
    draft,
    isThanking: computed(() => thanksUntilMs.value > now.value),
    leftS: computed(() =>
      visit.value === null ? 0 : Math.max(0, Math.ceil((visit.value.untilMs - now.value) / 1000)),
    ),
    isPending: computed(() => command.value.isPending.value),
    isFailed: computed(() => command.value.ending.value?.type === 'failed'),
    touch,
    send,
  }
}
