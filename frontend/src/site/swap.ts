import { fetchPart } from '@/hub/part'

const TYPING_MS = 180
let asking: AbortController | null = null
let soon = 0

/**
 * Let forms marked `data-swap="id"` change that part of the page in place, as if they were sent:
 * at once for a choice, a moment after typing.  The address becomes that of what is shown.
 */
export function swapForms(onSwapped: (part: ParentNode) => void): void {
  function start(form: HTMLFormElement, waitMs: number): void {
    clearTimeout(soon)
    soon = window.setTimeout(() => void swap(form, onSwapped), waitMs)
  }
  document.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === 'radio') {
      const form = target.form
      if (form?.dataset.swap !== undefined) start(form, 0)
    }
  })
  document.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === 'search') {
      const form = target.form
      if (form?.dataset.swap !== undefined && target.value.trim() !== '') start(form, TYPING_MS)
    }
  })
}

async function swap(form: HTMLFormElement, onSwapped: (part: ParentNode) => void): Promise<void> {
  const id = form.dataset.swap ?? ''
  const sent = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (value !== '') sent.append(name, String(value))
  const address = `${form.getAttribute('action') ?? ''}?${sent}`
  asking?.abort()
  asking = new AbortController()
  const part = await fetchPart(address, id, asking.signal).catch(() => null)
  const before = document.getElementById(id)
  if (part === null || before === null) return // the form is still there to be sent
  const focused = document.activeElement
  const name = before.contains(focused) ? focused?.getAttribute('name') : null
  const value = focused?.getAttribute('value')
  before.replaceWith(part)
  history.replaceState(history.state, '', address)
  onSwapped(part)
  if (name != null)
    part
      .querySelector<HTMLElement>(
        `[name="${CSS.escape(name)}"][value="${CSS.escape(value ?? '')}"]`,
      )
      ?.focus()
}
