import { onScopeDispose } from 'vue'
import { createWedge, type WedgeEars } from './wedge'

type Field = HTMLInputElement | HTMLTextAreaElement

/** Keys by their place on the board, whatever layout or input method the machine is set to. */
const KEYS: Readonly<Record<string, string>> = {
  Minus: '-',
  NumpadSubtract: '-',
  Space: ' ',
  Enter: 'Enter',
  NumpadEnter: 'Enter',
}

/**
 * Take what a card reader that types like a keyboard sends to the page, and the keys that people
 * press there.  A card's number stays in no field and presses no button; what people type into a
 * field is the field's alone.
 */
export function useCardReader(ears: WedgeEars): void {
  let target: EventTarget | null = null
  let before: { field: Field; value: string } | null = null

  const wedge = createWedge({
    ...ears,
    card(uid) {
      if (before !== null) putBack(before.field, before.value)
      ears.card(uid)
    },
    key(key) {
      // Enter on a button presses that button, as everywhere.
      if (!isField(target) && (key !== 'Enter' || !isControl(target))) ears.key(key)
    },
  })

  function onKeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    target = event.target
    // Firefox would search the page; and a field that gets the focus by this key would get the key.
    if (event.key === '/' && !isField(target)) event.preventDefault()
    if (wedge.isIdle()) before = isField(target) ? { field: target, value: target.value } : null
    const key = keyOf(event)
    const isKept = wedge.press(key, event.timeStamp)
    if (!isKept || (isField(target) && key !== 'Enter')) return
    event.preventDefault()
    event.stopPropagation()
  }

  /** What a finger pressed must not keep the focus: the next Enter would press it again. */
  function onClick(event: MouseEvent): void {
    const { activeElement } = document
    if (event.detail > 0 && activeElement instanceof HTMLButtonElement) activeElement.blur()
  }

  addEventListener('click', onClick)
  addEventListener('keydown', onKeydown, { capture: true })
  onScopeDispose(() => {
    wedge.stop()
    removeEventListener('click', onClick)
    removeEventListener('keydown', onKeydown, { capture: true })
  })
}

/** Readers press the keys of a plain board: its letters and digits, and what separates them. */
function keyOf(event: KeyboardEvent): string {
  const { code, shiftKey } = event
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1]
  if (digit !== undefined && !shiftKey) return digit
  if (code === 'Semicolon' && shiftKey) return ':'
  return /^Key([A-Z])$/.exec(code)?.[1] ?? KEYS[code] ?? event.key.normalize('NFKC')
}

function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a') !== null
}

/** Give a field the text it had; an input method that is composing in it lets go first. */
function putBack(field: Field, value: string): void {
  field.blur()
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.focus()
}
