import type { ComputedRef, Ref, ShallowRef } from 'vue'
import { computed, onScopeDispose, readonly, ref, shallowReadonly, shallowRef, watch } from 'vue'
import { ApiError } from '@/hub/api'
import type { Hub } from '@/hub/hub'
import { findTickets, type Wanted } from '@/hub/staff'

import type { WordKey } from '@/shared/words/i18n'
import type { FoundTicket } from '@/wire/wire.gen'
import { isExpired } from './useActs'
import type { Words } from './words'

/** The ticket shown is looked up again so long after something changed in the hall. */
export const RENEW_MS = 1_500

export interface Finder {
  /** What the last search found, newest first; null before, and after it was put away. */
  readonly found: Readonly<ShallowRef<readonly FoundTicket[] | null>>
  /** The ticket that is looked at; null while there is none, or several to choose from. */
  readonly selected: ComputedRef<FoundTicket | null>
  readonly isPending: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<WordKey<Words> | null>>
  /** Look for tickets. */
  find(wanted: Wanted): Promise<void>
  /** Look at the ticket of a list. */
  open(ticket: { readonly ticket_id: string; readonly number: string }): Promise<void>
  select(ticketId: string | null): void
  /** Look at the selected ticket again. */
  renew(): Promise<void>
  clear(): void
}

/** The search for a visitor's ticket; what is shown is kept true whenever `changes` does. */
export function useFinder(hub: Hub, changes: () => unknown, onExpired: () => void): Finder {
  const found = shallowRef<readonly FoundTicket[] | null>(null)
  const selectedId = ref<string | null>(null)
  const isPending = ref(false)
  const failure = ref<WordKey<Words> | null>(null)
  let searches = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const selected = computed(
    () => found.value?.find(({ ticket }) => ticket.ticket_id === selectedId.value) ?? null,
  )

  /** What was found; null when nobody waits for it any more, or it failed. */
  async function ask(wanted: Wanted, search: number): Promise<readonly FoundTicket[] | null> {
    const { value: hallId } = hub.hallId
    if (hallId === null) return null
    try {
      const { tickets } = await findTickets(hallId, wanted)
      return search === searches ? tickets : null
    } catch (error) {
      if (search !== searches) return null
      const code = error instanceof ApiError ? error.code : null
      if (isExpired(code)) onExpired()
      else failure.value = failureOf(code)
      return null
    }
  }

  async function find(wanted: Wanted): Promise<void> {
    clear()
    const search = searches
    isPending.value = true
    const tickets = await ask(wanted, search)
    if (search !== searches) return
    isPending.value = false
    if (tickets === null) return
    found.value = tickets
    const [only, ...others] = tickets
    if (only !== undefined && others.length === 0) selectedId.value = only.ticket.ticket_id
  }

  async function open({ ticket_id, number }: { ticket_id: string; number: string }): Promise<void> {
    await find({ number })
    if (found.value !== null) selectedId.value = ticket_id
  }

  async function renew(): Promise<void> {
    const before = selected.value
    if (before === null) return
    const search = searches
    const { ticket_id: ticketId, number } = before.ticket
    const tickets = await ask({ number }, search)
    const next = tickets?.find(({ ticket }) => ticket.ticket_id === ticketId)
    if (next === undefined || search !== searches) return
    found.value = (found.value ?? []).map((one) => (one.ticket.ticket_id === ticketId ? next : one))
    failure.value = null
  }

  function clear(): void {
    searches += 1
    found.value = null
    selectedId.value = null
    isPending.value = false
    failure.value = null
  }

  watch(changes, () => {
    if (timer !== undefined || selectedId.value === null) return
    timer = setTimeout(() => {
      timer = undefined
      void renew()
    }, RENEW_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return {
    found: shallowReadonly(found),
    selected,
    isPending: readonly(isPending),
    failure: readonly(failure),
    find,
    open,
    select(ticketId) {
      selectedId.value = ticketId
    },
    renew,
    clear,
  }
}

function failureOf(code: string | null): WordKey<Words> {
  if (code === 'too_many_requests') return 'error.too_many_requests'
  return code === 'malformed' ? 'greeter.find.malformed' : 'error.unavailable'
}
