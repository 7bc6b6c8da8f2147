import { afterEach, describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { TABS, tabOf, tabsFor } from './tabs'
import { useTab } from './useTab'

describe('the tab in the address', () => {
  afterEach(() => history.replaceState(null, '', '/'))

  it('is the first one at /ops, and where there is none of that name', () => {
    expect(tabOf(null, TABS)).toBe(TABS[0])
    expect(tabOf('nowhere', TABS)).toBe(TABS[0])
  })

  it('is none that the rights do not show', () => {
    const shown = tabsFor(['write:plan'])
    expect(shown.map((tab) => tab.id)).toEqual([
      'plans',
      ...TABS.filter((tab) => tab.right === null).map((tab) => tab.id),
    ])
    expect(tabOf('live', shown).id).toBe('plans')
    expect(tabsFor([]).map((tab) => tab.id)).toEqual(['me'])
  })

  it('each has an id and an address of its own', () => {
    expect(new Set(TABS.map((tab) => tab.id)).size).toBe(TABS.length)
    for (const tab of TABS) expect(tabOf(tab.id, TABS)).toBe(tab)
  })

  it('is read from the address, and again when the browser goes back', () => {
    const last = TABS[TABS.length - 1] ?? TABS[0]
    history.replaceState(null, '', `/ops/${last.id}?hall=main`)
    const scope = effectScope()
    const state = scope.run(() => useTab(TABS))
    expect(state?.tab.value).toBe(last)
    history.replaceState(null, '', '/ops')
    dispatchEvent(new PopStateEvent('popstate'))
    expect(state?.tab.value).toBe(TABS[0])
    scope.stop()
  })
})
