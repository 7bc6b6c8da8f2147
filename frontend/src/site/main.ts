import { swapForms } from './swap'
import { keepTicks } from './ticks'

// The server's pages work without this: it saves loads, and remembers ticks on this device.
keepTicks(document)
swapForms(keepTicks)
document.addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.closest('[data-print]')) print()
})
