import { arrowTarget } from './arrows'

/** The arrow keys of a list of buttons. */
export interface ListKeys {
  onKeydown(event: KeyboardEvent): void
  /** Put the focus on the first button, if there is one. */
  focusFirst(): void
}

/** Let arrows, Home and End go from button to button within `list`. */
export function useListKeys(list: () => HTMLElement | null): ListKeys {
  const buttons = (): HTMLElement[] => [
    ...(list()?.querySelectorAll<HTMLButtonElement>('button:not([tabindex="-1"])') ?? []),
  ]
  return {
    onKeydown(event) {
      const all = buttons()
      const { activeElement } = document
      const at = activeElement instanceof HTMLElement ? all.indexOf(activeElement) : -1
      const to = arrowTarget(event.key, at, all.length)
      if (to === null) return
      event.preventDefault()
      all[to]?.focus()
    },
    focusFirst: () => buttons()[0]?.focus(),
  }
}
