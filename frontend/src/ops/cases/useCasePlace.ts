import { onScopeDispose, type ShallowRef, shallowReadonly, shallowRef } from 'vue'
import { type CasePlace, caseAddress, placeInAddress } from '@/shared/staff/caseAddress'

/** Which case or digest is in the page's address, which `go` changes and the way back follows. */
export function useCasePlace(): {
  place: Readonly<ShallowRef<CasePlace | null>>
  go(place: CasePlace | null): void
} {
  const place = shallowRef(placeInAddress())
  const follow = (): void => {
    place.value = placeInAddress()
  }

  function go(next: CasePlace | null): void {
    const address = caseAddress(next)
    if (address !== location.pathname + location.search) history.pushState(null, '', address)
    follow()
  }

  addEventListener('popstate', follow)
  onScopeDispose(() => removeEventListener('popstate', follow))
  return { place: shallowReadonly(place), go }
}
