import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import { linkTo, partInAddress } from '@/shared/address'
import { type Tab, tabOf } from './tabs'

/** Open the tab of that id, from wherever on the page. */
export function goToTab(id: string): void {
  history.pushState(null, '', linkTo('ops', id))
  dispatchEvent(new PopStateEvent('popstate'))
}

/** Which of the tabs is in the page's address, which `open` changes and the browser's way back follows. */
export function useTab(tabs: readonly [Tab, ...Tab[]]): {
  tab: Readonly<ShallowRef<Tab>>
  open(tab: Tab): void
} {
  const tab = shallowRef(tabOf(partInAddress(), tabs))
  const follow = (): void => {
    tab.value = tabOf(partInAddress(), tabs)
  }

  function open(next: Tab): void {
    if (next !== tab.value) goToTab(next.id)
  }

  addEventListener('popstate', follow)
  onScopeDispose(() => removeEventListener('popstate', follow))
  return { tab: shallowReadonly(tab), open }
}
