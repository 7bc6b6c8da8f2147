const KEY = 'yizhan.ticks.'

/** Show what was ticked before on this device, and remember what is ticked from now on. */
export function keepTicks(within: ParentNode): void {
  for (const list of within.querySelectorAll<HTMLElement>('[data-ticks]')) {
    const key = KEY + list.dataset.ticks
    const ticked = ticksIn(key)
    for (const box of list.querySelectorAll<HTMLInputElement>('[data-tick]'))
      box.checked = ticked.has(box.dataset.tick ?? '')
    list.addEventListener('change', ({ target }) => {
      if (!(target instanceof HTMLInputElement) || target.dataset.tick === undefined) return
      const now = ticksIn(key)
      if (target.checked) now.add(target.dataset.tick)
      else now.delete(target.dataset.tick)
      store(key, now)
      // The same material may stand on the list for everybody and on one's own.
      for (const box of document.querySelectorAll<HTMLInputElement>(
        `[data-tick="${CSS.escape(target.dataset.tick)}"]`,
      ))
        box.checked = target.checked
    })
  }
}

function ticksIn(key: string): Set<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.map(String) : [])
  } catch {
    return new Set() // what stands there is not ours, or may not be read
  }
}

function store(key: string, ticks: Set<string>): void {
  try {
    if (ticks.size > 0) localStorage.setItem(key, JSON.stringify([...ticks]))
    else localStorage.removeItem(key)
  } catch {
    // No room, or a browser that keeps nothing: the tick stays as long as the page.
  }
}
