import { onScopeDispose } from 'vue'
import { createWedge } from './wedge'

/** Take what the keyboard and the card reader send to the page. */
export function useKeys(onCard: (uid: string) => void, onKey: (key: string) => void): void {
  let isOnControl = false
  const wedge = createWedge(onCard, (key) => {
    // Enter on a button presses that button, as everywhere.
    if (key !== 'Enter' || !isOnControl) onKey(key)
  })

  function onKeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    isOnControl = event.target instanceof Element && event.target.closest('button, a') !== null
    if (!wedge.press(event.key, event.timeStamp)) return
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
