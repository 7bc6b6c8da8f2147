import { onScopeDispose } from 'vue'
import { type Intent, intentOf, type Overlay } from './keys'

/** What the keys of the desk depend on. */
export interface KeyState {
  readonly overlay: Overlay
  readonly isPaused: boolean
}

/** Take the desk's keys from the whole page, but never what is typed into a field: only F-keys. */
export function useDeskKeys(state: () => KeyState, onIntent: (intent: Intent) => void): void {
  function onKeydown(event: KeyboardEvent): void {
    if (event.isComposing) return
    if (isTyping(event.target) && !/^F[1-6]$/.test(event.key)) return
    const { overlay, isPaused } = state()
    if (overlay === 'none' && isInDialog(event.target)) return // one that is not the desk's own
    const intent = intentOf(event, overlay, isPaused)
    if (intent === null) return
    // A button reached by Tab keeps its own Space and Enter.
    if ((event.key === ' ' || event.key === 'Enter') && isOnControl(event.target)) return
    event.preventDefault() // F5 would reload, Space would scroll
    if (!event.repeat) onIntent(intent)
  }

  /** What the mouse pressed must not keep the focus, or the next Space would press it again. */
  function onClick(event: MouseEvent): void {
    const { activeElement } = document
    if (event.detail > 0 && activeElement instanceof HTMLElement && !isTyping(activeElement)) {
      activeElement.blur()
    }
  }

  addEventListener('keydown', onKeydown)
  addEventListener('click', onClick)
  onScopeDispose(() => {
    removeEventListener('keydown', onKeydown)
    removeEventListener('click', onClick)
  })
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select') !== null)
  )
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog') !== null
}

function isOnControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary') !== null
}
