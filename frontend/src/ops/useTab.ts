import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import { linkTo, partInAddress } from '@/shared/address'
import { type Tab, tabOf } from './tabs'

/** The tab in the page's address, which `open` changes and the browser's way back follows. */
export function useTab(): { tab: Readonly<ShallowRef<Tab>>; open(tab: Tab): void } {
  const tab = shallowRef(tabOf(partInAddress()))
  const follow = (): void => {
    tab.value = tabOf(partInAddress())
  }

  function open(next: Tab): void {
    if (next === tab.value) return
    history.pushState(null, '', linkTo('ops', next.id))
    follow()
  }

  addEventListener('popstate', follow)
  onScopeDispose(() => removeEventListener('popstate', follow))
  return { tab: shallowReadonly(tab), open }
}
