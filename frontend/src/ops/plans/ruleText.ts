import type { PlanFault } from '@/wire/wire.gen'

/** Rules to begin with; their names have words. */
export const RULE_EXAMPLES = {
  longest: 'wait_min',
  care: 'wait_min + (class == "care" ? 15 : 0)',
  booked: 'class == "booked" && slot_min >= 0 ? 1000 + slot_min : wait_min',
  returned: 'wait_min - 5 * returns',
  students: 'wait_min + (origin == "student" && hour >= 13 ? 10 : 0)',
} as const

/** A text in three pieces, the middle one to be marked. */
export interface Marked {
  readonly before: string
  readonly at: string
  readonly after: string
}

/** The rule with the piece that the fault is about; at the end of a line a space stands for it. */
export function markOf(source: string, fault: PlanFault | null): Marked {
  if (!fault?.rule) return { before: source, at: '', after: '' }
  const lines = source.split('\n')
  const before = lines.slice(0, fault.rule.line - 1).reduce((n, line) => n + line.length + 1, 0)
  const line = lines[fault.rule.line - 1] ?? ''
  // Columns count characters as Python does, JavaScript's strings count halves of some.
  const column = [...line].slice(0, fault.rule.column - 1).join('').length
  const at = Math.min(before + column, source.length)
  const found = fault.found ?? ''
  const isThere = found !== '' && source.startsWith(found, at)
  const end = isThere ? at + found.length : Math.min(at + 1, before + line.length)
  return {
    before: source.slice(0, at),
    at: source.slice(at, end) || ' ',
    after: source.slice(end),
  }
}
