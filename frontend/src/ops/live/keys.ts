/** What a key asks of the live page. */
export type Intent =
  | { type: 'list'; list: LiveList }
  | { type: 'dialog'; dialog: 'ticket' | 'notice' | 'issuing' | 'help' }

/** A part of the page that a key leads into. */
export type LiveList = 'windows' | 'queues' | 'alerts' | 'notices'

/** The caps of the keys, as the help shows them. */
export const CAPS = {
  ticket: '/',
  windows: 'W',
  queues: 'Q',
  alerts: 'A',
  notices: 'M',
  notice: 'N',
  issuing: 'S',
  help: '?',
} as const

/** The part of a keyboard event that the page reads. */
export interface Pressed {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

const LISTS: readonly LiveList[] = ['windows', 'queues', 'alerts', 'notices']
const DIALOGS = ['ticket', 'notice', 'issuing', 'help'] as const

/** What the key asks; null leaves it to the browser. Keys with Ctrl, Alt or Meta stay its own. */
export function intentOf(pressed: Pressed): Intent | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null
  const cap = capOf(pressed)
  const list = LISTS.find((one) => CAPS[one] === cap)
  if (list) return { type: 'list', list }
  const dialog = DIALOGS.find((one) => CAPS[one] === cap)
  return dialog ? { type: 'dialog', dialog } : null
}

/** With a Chinese input method on, the browser tells only the key's place, or a wide mark. */
function capOf({ key, code }: Pressed): string {
  if (key === 'Process' || key === 'Unidentified') {
    return code === 'Slash' ? '/' : code.replace(/^Key/, '')
  }
  if (key === '？') return '?'
  return key === '、' ? '/' : key.toUpperCase()
}
