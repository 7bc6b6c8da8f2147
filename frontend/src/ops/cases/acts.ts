import type { CaseCommand } from '@/hub/cases'
import type { Act, CaseMaterial, SuspendReason, Way } from '@/wire/wire.gen'

/** The fields of the acts' forms; each form shows some of them. */
export type Field =
  | 'materials'
  | 'promises'
  | 'words'
  | 'way'
  | 'suspension'
  | 'target'
  | 'offices'
  | 'answer'

/** What can be done, by the name of its words. */
export type ActName =
  | 'receive_forms'
  | 'ask_correction'
  | 'supply_materials'
  | 'accept_case'
  | 'start_process'
  | 'suspend_case'
  | 'resume_case'
  | 'hand_over'
  | 'ask_offices'
  | 'answer_for_office'
  | 'grant'
  | 'refuse'
  | 'notify_visitor'
  | 'deliver_result'
  | 'close_case'
  | 'withdraw_case'

/** What each form asks for; nothing: it is done at once. */
export const FIELDS: Readonly<Record<ActName, readonly Field[]>> = {
  receive_forms: ['materials', 'promises'],
  ask_correction: ['materials', 'way', 'words'],
  supply_materials: ['materials', 'promises'],
  accept_case: [],
  start_process: [],
  suspend_case: ['suspension', 'words'],
  resume_case: [],
  hand_over: ['target', 'words'],
  ask_offices: ['offices'],
  answer_for_office: ['answer', 'words'],
  grant: ['words'],
  refuse: ['words'],
  notify_visitor: ['way'],
  deliver_result: ['way'],
  close_case: [],
  withdraw_case: ['words'],
}

/** The acts that cannot go on without a reason in words. */
export const NEEDS_WORDS: ReadonlySet<ActName> = new Set(['hand_over', 'refuse', 'withdraw_case'])

/** The name of an act that the server offers; null for one that this page does not know. */
export function nameOf({ command, outcome }: Act): ActName | null {
  if (command === 'decide_case') return outcome === 'refused' ? 'refuse' : 'grant'
  return command in FIELDS ? (command as ActName) : null
}

/** Acts that end badly for the visitor, and acts beside the usual way. */
export const NEGATIVE: ReadonlySet<ActName> = new Set(['refuse', 'withdraw_case'])
const SIDE: ReadonlySet<ActName> = new Set(['hand_over', 'ask_offices', 'suspend_case'])

/** The act that is next as a rule, of those that may be done; null where none is. */
export function usualOf(names: readonly ActName[], all: readonly CaseMaterial[]): ActName | null {
  const toCome = all.filter((one) => !one.is_handed_in)
  const idle = new Set<ActName>()
  if (toCome.length === 0) idle.add('supply_materials')
  if (toCome.every((one) => one.promised_by !== null)) idle.add('ask_correction')
  return names.find((name) => !NEGATIVE.has(name) && !SIDE.has(name) && !idle.has(name)) ?? null
}

/** What is typed into a form; kept until it is done, whatever goes wrong between. */
export interface ActDraft {
  readonly materials: readonly string[]
  /** By which day a material follows (CS2); '' for not. */
  readonly promised: Readonly<Record<string, string>>
  readonly words: string
  readonly way: Way
  readonly suspension: SuspendReason | ''
  readonly departmentId: string
  /** '' leaves it to the server who there has the time. */
  readonly staffId: string
  /** In how many working days each office is to answer. */
  readonly offices: Readonly<Record<string, number>>
  readonly agrees: boolean | null
}

/** The materials that the form of an act is about. */
export function materialsFor(name: ActName, all: readonly CaseMaterial[]): CaseMaterial[] {
  const toCome = all.filter((one) => !one.is_handed_in)
  return name === 'ask_correction' || toCome.length === 0 ? [...all] : toCome
}

/** The empty form; what is missing is to be told in full, so all of it is chosen (CS1). */
export function emptyDraft(name: ActName, all: readonly CaseMaterial[]): ActDraft {
  const missing = all.filter((one) => !one.is_handed_in && one.promised_by === null)
  return {
    materials: name === 'ask_correction' ? missing.map((one) => one.material_id) : [],
    promised: {},
    words: '',
    way: 'counter',
    suspension: '',
    departmentId: '',
    staffId: '',
    offices: {},
    agrees: null,
  }
}

/** What a form still lacks. */
export type Lack = 'materials' | 'words' | 'suspension' | 'target' | 'offices' | 'answer'

export function lackOf(name: ActName, draft: ActDraft): Lack | null {
  const fields = FIELDS[name]
  const isPromised = fields.includes('promises') && promisesOf(draft).length > 0
  const isMaterialLess = draft.materials.length === 0 && !isPromised && name !== 'receive_forms'
  if (fields.includes('materials') && isMaterialLess) return 'materials'
  if (fields.includes('suspension') && draft.suspension === '') return 'suspension'
  if (fields.includes('target') && draft.departmentId === '') return 'target'
  if (fields.includes('offices') && Object.keys(draft.offices).length === 0) return 'offices'
  if (fields.includes('answer') && draft.agrees === null) return 'answer'
  return NEEDS_WORDS.has(name) && draft.words.trim() === '' ? 'words' : null
}

/** The command of a form that lacks nothing. */
export function commandOf(name: ActName, act: Act, draft: ActDraft): CaseCommand {
  const words = draft.words.trim()
  switch (name) {
    case 'receive_forms':
    case 'supply_materials':
      return { type: name, handed_in: [...draft.materials], promised: promisesOf(draft) }
    case 'ask_correction':
      return { type: name, materials: [...draft.materials], remark: words, way: draft.way }
    case 'suspend_case':
      return { type: name, reason: draft.suspension || 'visitor', remark: words }
    case 'hand_over': {
      const to = { department_id: draft.departmentId, staff_id: draft.staffId || null }
      return { type: name, ...to, reason: words }
    }
    case 'ask_offices': {
      const offices = Object.entries(draft.offices).map(([department_id, limit_days]) => ({
        department_id,
        limit_days,
      }))
      return { type: name, offices }
    }
    case 'answer_for_office': {
      const department_id = act.department_id ?? ''
      return { type: name, department_id, agrees: draft.agrees === true, remark: words }
    }
    case 'grant':
      return { type: 'decide_case', outcome: 'granted', reason: words }
    case 'refuse':
      return { type: 'decide_case', outcome: 'refused', reason: words }
    case 'notify_visitor':
    case 'deliver_result':
      return { type: name, way: draft.way }
    case 'withdraw_case':
      return { type: name, reason: words }
    case 'accept_case':
    case 'start_process':
    case 'resume_case':
    case 'close_case':
      return { type: name }
    default:
      return name satisfies never
  }
}

/** What is handed in need not be promised. */
function promisesOf({ promised, materials }: ActDraft): { material_id: string; by_day: string }[] {
  return Object.entries(promised)
    .filter(([id, day]) => day !== '' && !materials.includes(id))
    .map(([material_id, by_day]) => ({ material_id, by_day }))
}
