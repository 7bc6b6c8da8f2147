import type { PauseReason } from '@/wire/wire.gen'
import type { Action } from './actions'

/** A list of tickets that a key leads into. */
export type DeskList = 'next_list' | 'held_list' | 'passed_list'

/** What a key asks of the desk. */
export type Intent =
  | { type: 'act'; action: Action }
  | { type: 'pause_menu' }
  | { type: 'pause'; reason: PauseReason }
  | { type: 'confirm_close' }
  | { type: 'list'; list: DeskList }
  | { type: 'why' }
  | { type: 'case' }
  | { type: 'help' }
  | { type: 'dismiss' }

/** What lies over the desk and takes the keys first. */
export type Overlay =
  | 'none'
  | 'pause'
  | 'close'
  | 'help'
  | 'transfer'
  | 'next_queue'
  | 'call'
  | 'why'
  | 'case'

export const PAUSE_REASONS: readonly PauseReason[] = ['away', 'lunch', 'training', 'fault']

/** The keycaps shown on each button, and the keys that press it. */
export const CAPS: Readonly<
  Record<Action | DeskList | 'why' | 'case' | 'help', readonly string[]>
> = {
  call_next: ['Space', 'F2'],
  stop_auto_call: ['A'],
  recall: ['R', 'F3'],
  start_serving: ['S', 'F4'],
  finish_serving: ['F', 'F5'],
  pass_ticket: ['P', 'F6'],
  undo_call: ['U'],
  hold_ticket: ['H'],
  transfer_ticket: ['T'],
  next_queue: ['N'],
  pause_counter: ['Z'],
  resume_counter: ['Z'],
  open_counter: ['O'],
  close_counter: ['X'],
  next_list: ['C'],
  held_list: ['K'],
  passed_list: ['B'],
  why: ['Y'],
  case: ['D'],
  help: ['?'],
}

/** The part of a keyboard event that the desk reads. */
export interface Pressed {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/**
 * What the key asks of the desk; null leaves it to the browser.
 *
 * `isPaused` decides what Z does.  Keys with Ctrl, Alt or Meta stay the browser's.
 */
export function intentOf(pressed: Pressed, overlay: Overlay, isPaused: boolean): Intent | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null
  const key = capOf(pressed)
  if (key === 'Escape') return { type: 'dismiss' }
  switch (overlay) {
    case 'pause':
      return inPauseMenu(key)
    case 'close':
      return key === 'Enter' ? { type: 'act', action: 'close_counter' } : swallowed(key)
    case 'help':
      return key === '?' ? { type: 'dismiss' } : swallowed(key)
    case 'transfer':
    case 'next_queue':
    case 'call':
    case 'why':
    case 'case':
      return swallowed(key) // their forms take the keys
    case 'none':
      return atDesk(key, isPaused)
    default:
      return overlay satisfies never
  }
}

function atDesk(key: string, isPaused: boolean): Intent | null {
  if (key === '?') return { type: 'help' }
  if (CAPS.why.includes(key)) return { type: 'why' }
  if (CAPS.case.includes(key)) return { type: 'case' }
  if (key === 'Z')
    return isPaused ? { type: 'act', action: 'resume_counter' } : { type: 'pause_menu' }
  if (key === 'X') return { type: 'confirm_close' }
  for (const list of LISTS) {
    if (CAPS[list].includes(key)) return { type: 'list', list }
  }
  for (const action of DIRECT) {
    if (CAPS[action].includes(key)) return { type: 'act', action }
  }
  return null
}

const LISTS: readonly DeskList[] = ['next_list', 'held_list', 'passed_list']

const DIRECT: readonly Action[] = [
  'call_next',
  'stop_auto_call',
  'recall',
  'start_serving',
  'finish_serving',
  'pass_ticket',
  'undo_call',
  'hold_ticket',
  'transfer_ticket',
  'next_queue',
  'open_counter',
]

function inPauseMenu(key: string): Intent | null {
  const reason = /^[1-4]$/.test(key) ? PAUSE_REASONS[Number(key) - 1] : undefined
  if (reason !== undefined) return { type: 'pause', reason }
  return key === 'Z' ? { type: 'dismiss' } : swallowed(key)
}

/** F-keys must not reach the browser from under an overlay: F5 would reload the desk. */
function swallowed(key: string): Intent | null {
  return /^F[1-6]$/.test(key) ? { type: 'dismiss' } : null
}

/** The key's cap; with a Chinese input method on, the browser tells only its place. */
function capOf({ key, code }: Pressed): string {
  if (key === ' ') return 'Space'
  if (key === 'Process' || key === 'Unidentified') return code.replace(/^(Key|Digit)/, '')
  if (key === '？') return '?'
  return key.length === 1 ? key.toUpperCase() : key
}
