import type { ComputedRef, ShallowRef } from 'vue'
import { computed, ref, shallowReadonly, shallowRef } from 'vue'
import type { Command, Hub } from '@/hub/hub'
import type { LanguageState } from '@/shared/words/i18n'
import type {
  CheckIn,
  GreeterBooking,
  GreeterTicket,
  GreeterView,
  KioskQueue,
  Place,
  Result,
} from '@/wire/wire.gen'
import { obstacleOf, SCREEN, takeTicket } from './draft'
import { type Issued, issuedOf } from './issued'
import { lastOutlet, outletOf, rememberOutlet } from './outlet'
import type { TicketAct } from './state'
import { type Acts, useActs } from './useActs'
import { type DraftState, useDraft } from './useDraft'
import { type Finder, useFinder } from './useFinder'
import type { Words } from './words'

export interface Greeter extends DraftState {
  readonly acts: Acts
  readonly finder: Finder
  /** The queue chosen; null while there is none. */
  readonly queue: ComputedRef<KioskQueue | null>
  /** The kiosk that prints, or `SCREEN`. */
  readonly outlet: ComputedRef<string>
  /** The number taken last, until the next visitor comes. */
  readonly issued: Readonly<ShallowRef<Issued | null>>
  chooseOutlet(outlet: string): void
  toggleScreen(): void
  take(): Promise<void>
  /** Check in by the code, or who was chosen from the list; whether a number was given. */
  checkIn(who: string | GreeterBooking): Promise<boolean>
  putBack(ticket: GreeterTicket): Promise<void>
  reprint(ticket: GreeterTicket): Promise<void>
  delay(ticket: GreeterTicket): Promise<void>
  send(ticket: GreeterTicket, queueId: string, place: Place, reason: string): Promise<void>
  cancel(ticket: Pick<GreeterTicket, 'ticket_id' | 'number'>, reason: string): Promise<void>
  /** Put the ticket that was taken or found away. */
  putAway(): void
}

/** All that the desk does for one visitor after another. */
export function useGreeter(
  hub: Hub,
  view: () => GreeterView | null,
  { t, say }: Pick<LanguageState<Words>, 't' | 'say'>,
  onExpired: () => void,
): Greeter {
  const drafting = useDraft()
  const acts = useActs(hub, onExpired)
  const finder = useFinder(hub, view, onExpired)
  const issued = shallowRef<Issued | null>(null)
  const chosenOutlet = ref(lastOutlet())

  const outlet = computed(() => outletOf(chosenOutlet.value, view()?.kiosks ?? []))
  const kioskId = computed(() => (outlet.value === SCREEN ? null : outlet.value))
  const queue = computed(() => queueOf(drafting.draft.value.queueId))

  function queueOf(queueId: string | null): KioskQueue | null {
    return view()?.queues.find(({ standing }) => standing.queue_id === queueId) ?? null
  }

  function nameOf(queueId: string): string {
    const found = queueOf(queueId)
    return found === null ? queueId : `${found.standing.letter} ${say(found.standing.name)}`
  }

  /** Show the number that the answer gives. */
  function show(result: Result, ticketClass: Issued['ticketClass']): void {
    const shown = view()
    if (shown === null) return
    finder.clear()
    drafting.clear()
    issued.value = issuedOf(result, shown, ticketClass, kioskId.value)
  }

  function chooseOutlet(next: string): void {
    chosenOutlet.value = next
    rememberOutlet(next)
  }

  async function take(): Promise<void> {
    const { value: chosen } = queue
    const { value: draft } = drafting.draft
    if (chosen === null || obstacleOf(draft, chosen) !== null) return
    const asked = takeTicket(draft, chosen, outlet.value)
    const result = await acts.act('take', asked, () => null)
    if (result !== null) show(result, asked.ticket_class ?? 'ordinary')
  }

  async function checkIn(who: string | GreeterBooking): Promise<boolean> {
    const isCode = typeof who === 'string'
    const asked: CheckIn = {
      type: 'check_in',
      ...(isCode ? { code: who } : { appointment_id: who.appointment_id }),
      ...(kioskId.value !== null && { kiosk_id: kioskId.value }),
      print: kioskId.value !== null,
    }
    const name = isCode ? 'code' : `booking ${who.appointment_id}`
    const result = await acts.act(name, asked, () => null)
    if (result === null) return false
    show(result, 'booked')
    return true
  }

  /** Do something with a ticket, and look at it again. */
  async function onTicket(
    act: TicketAct,
    ticketId: string,
    asked: Command,
    onDone: Parameters<Acts['act']>[2],
  ): Promise<void> {
    const result = await acts.act(`${act} ${ticketId}`, asked, onDone)
    if (result !== null) await finder.renew()
  }

  return {
    ...drafting,
    acts,
    finder,
    queue,
    outlet,
    issued: shallowReadonly(issued),
    chooseOutlet,
    toggleScreen() {
      const first = view()?.kiosks[0]?.kiosk_id ?? SCREEN
      chooseOutlet(outlet.value === SCREEN ? first : SCREEN)
    },
    take,
    checkIn,
    putBack: ({ ticket_id, number }) =>
      onTicket('return', ticket_id, { type: 'return_ticket', ticket_id }, () => ({
        tone: 'good',
        key: 'greeter.done.returned',
        values: { number, n: view()?.return_places ?? 0 },
      })),
    async reprint({ ticket_id, number }) {
      const id = kioskId.value
      if (id === null) {
        acts.tell({ tone: 'warn', key: 'greeter.reprintScreen' })
        return
      }
      const asked: Command = { type: 'reprint_ticket', ticket_id, kiosk_id: id }
      await onTicket('reprint', ticket_id, asked, () => ({
        tone: 'good',
        key: 'greeter.done.reprinted',
        values: { number, id },
      }))
    },
    delay: ({ ticket_id, number }) =>
      onTicket('delay', ticket_id, { type: 'delay_ticket', ticket_id }, () => ({
        tone: 'good',
        key: 'greeter.done.delayed',
        values: { number, n: view()?.delay_places ?? 0 },
      })),
    send(ticket, queueId, place, reason) {
      const { ticket_id, number, queue_id: before, state } = ticket
      const way = { type: 'send_ticket', ticket_id } as const
      return onTicket('send', ticket_id, { ...way, to_queue_id: queueId, place, reason }, () => ({
        tone: 'good',
        key: 'greeter.done.sent',
        values: { number, queue: nameOf(queueId) },
        // By the time it was taken it stands where it stood; a passed one would not be passed again.
        ...(state === 'waiting' && {
          undo: {
            command: {
              ...way,
              to_queue_id: before,
              place: 'keep',
              reason: t('greeter.send.undoReason'),
            },
            note: {
              tone: 'good',
              key: 'greeter.done.sentBack',
              values: { number, queue: nameOf(before) },
            },
          },
        }),
      }))
    },
    async cancel({ ticket_id, number }, reason) {
      await onTicket('cancel', ticket_id, { type: 'cancel_ticket', ticket_id, reason }, () => {
        if (issued.value?.ticketId === ticket_id) issued.value = null
        return { tone: 'good', key: 'greeter.done.cancelled', values: { number } }
      })
    },
    putAway() {
      issued.value = null
      finder.clear()
      acts.clear()
    },
  }
}
