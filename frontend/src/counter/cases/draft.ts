import type { CaseCommand } from '@/hub/cases'
import { keepDraft, keptDraft } from '@/shared/staff/drafts'
import type {
  CaseView,
  ServiceFacts,
  ServiceMaterial,
  ServiceView,
  TicketRef,
} from '@/wire/wire.gen'

/** What the clerk has ticked for a matter that is not sent yet; kept until it is. */
export interface CaseDraft {
  readonly serviceId: string
  /** Of the request: repeated with it, so that a second press opens no second case. */
  readonly id: string
  readonly handedIn: readonly string[]
  /** What facts that the university holds stand for: ticked, nobody has to bring it (FA1). */
  readonly byFacts: readonly string[]
  /** By which day a tolerable material follows (CS2). */
  readonly promised: Readonly<Record<string, string>>
}

export const emptyDraft = (serviceId: string, id: string): CaseDraft => ({
  serviceId,
  id,
  handedIn: [],
  byFacts: [],
  promised: {},
})

/** What is neither there nor promised, in the service's order: told once and in full (CS1). */
export const missingOf = (service: ServiceView, draft: CaseDraft): ServiceMaterial[] =>
  service.materials.filter(
    ({ material_id: id, is_required }) =>
      is_required && !draft.handedIn.includes(id) && !(id in draft.promised),
  )

/** With what the facts stand for, ticked when they first come; what is unticked then stays so. */
export function withFacts(draft: CaseDraft, { facts }: ServiceFacts): CaseDraft {
  const byFacts = facts.flatMap((fact) => fact.materials)
  const fresh = byFacts.filter(
    (id) => !draft.byFacts.includes(id) && !draft.handedIn.includes(id) && !(id in draft.promised),
  )
  return { ...draft, byFacts, handedIn: [...draft.handedIn, ...fresh] }
}

/** With everything ticked that everybody brings, and nothing promised any more. */
export const withAll = (service: ServiceView, draft: CaseDraft): CaseDraft => {
  const required = service.materials.filter((one) => one.is_required)
  const handedIn = new Set([...draft.handedIn, ...required.map((one) => one.material_id)])
  return { ...draft, handedIn: [...handedIn], promised: {} }
}

/** With the material there or not; what is there need not be promised. */
export function toggled(draft: CaseDraft, id: string): CaseDraft {
  const isThere = draft.handedIn.includes(id)
  const { [id]: _gone, ...promised } = draft.promised
  const handedIn = isThere ? draft.handedIn.filter((one) => one !== id) : [...draft.handedIn, id]
  return { ...draft, handedIn, promised }
}

/** With the material promised by that day; without a promise of it where the day is empty. */
export function promisedBy(draft: CaseDraft, id: string, day: string): CaseDraft {
  const { [id]: _gone, ...promised } = draft.promised
  return day === '' ? { ...draft, promised } : { ...draft, promised: { ...promised, [id]: day } }
}

/** What the clerk decides to do with what is ticked. */
export type Step = 'finish' | 'accept' | 'tell'

/** The step that is next for what is ticked: one tells what is missing, and takes what is there. */
export function stepOf(service: ServiceView, draft: CaseDraft): Step {
  if (missingOf(service, draft).length > 0) return 'tell'
  const isPromised = Object.keys(draft.promised).length > 0
  return service.kind === 'immediate' && !isPromised ? 'finish' : 'accept'
}

/** The commands of a step, from opening the case on. */
export function commandsOf(
  step: Step,
  service: ServiceView,
  draft: CaseDraft,
  ticket: TicketRef,
): CaseCommand[] {
  const promised = Object.entries(draft.promised).map(([material_id, by_day]) => ({
    material_id,
    by_day,
  }))
  const begin: CaseCommand[] = [
    { type: 'open_case', service_id: service.service_id, ticket },
    {
      type: 'receive_forms',
      handed_in: draft.handedIn.filter((id) => !draft.byFacts.includes(id)),
      by_facts: draft.handedIn.filter((id) => draft.byFacts.includes(id)),
      promised,
      ticket,
    },
  ]
  switch (step) {
    case 'finish':
      return [
        ...begin,
        { type: 'decide_case', outcome: 'granted' },
        { type: 'notify_visitor', way: 'counter' },
        { type: 'deliver_result', way: 'counter', ticket },
        { type: 'close_case' },
      ]
    case 'accept':
      return [...begin, { type: 'accept_case' }]
    case 'tell': {
      const materials = missingOf(service, draft).map((one) => one.material_id)
      return [...begin, { type: 'ask_correction', materials, way: 'counter' }]
    }
    default:
      return step satisfies never
  }
}

/** Where whoever has the receipt follows the case. */
export const trackUrl = (found: CaseView): string => `${location.origin}${found.track_path}`

const formOf = (ticketId: string): string => `case_of.${ticketId}`

/** What was ticked for this ticket before the page was loaded anew. */
export function keptCase(ticketId: string): CaseDraft | null {
  const kept = keptDraft<CaseDraft>(formOf(ticketId))
  if (!kept?.serviceId || !kept.id) return null
  return { ...emptyDraft(kept.serviceId, kept.id), ...kept }
}

export const keepCase = (ticketId: string, draft: CaseDraft | null): void =>
  keepDraft(formOf(ticketId), draft)
