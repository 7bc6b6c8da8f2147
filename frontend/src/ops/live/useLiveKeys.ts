import { onScopeDispose } from 'vue'
import { type Intent, intentOf } from './keys'

/** Take the page's keys, but never what is typed into a field nor what a dialog lies over. */
export function useLiveKeys(isCovered: () => boolean, onIntent: (intent: Intent) => void): void {
  function onKeydown(event: KeyboardEvent): void {
    if (event.isComposing || event.repeat || isCovered() || isTyping(event.target)) return
    const intent = intentOf(event)
    if (intent === null) return
    event.preventDefault() // or the key would be typed into the field that it opens
    onIntent(intent)
  }

  addEventListener('keydown', onKeydown)
  onScopeDispose(() => removeEventListener('keydown', onKeydown))
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select') !== null
}
