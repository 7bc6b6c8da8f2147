import { onScopeDispose, type ShallowRef, shallowReadonly, shallowRef } from 'vue'

/** What follows `?` in the page's address, which `go` changes and the way back follows. */
export function useAddressQuery(): {
  query: Readonly<ShallowRef<URLSearchParams>>
  /** Nothing else of the address changes; null takes a part away. */
  go(changes: Readonly<Record<string, string | null>>): void
} {
  const query = shallowRef(new URLSearchParams(location.search))
  const follow = (): void => {
    query.value = new URLSearchParams(location.search)
  }

  function go(changes: Readonly<Record<string, string | null>>): void {
    const next = new URLSearchParams(location.search)
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) next.delete(name)
      else next.set(name, value)
    }
    const search = next.size > 0 ? `?${next}` : ''
    if (search === location.search) return
    history.pushState(null, '', location.pathname + search)
    dispatchEvent(new PopStateEvent('popstate'))
  }

  addEventListener('popstate', follow)
  onScopeDispose(() => removeEventListener('popstate', follow))
  return { query: shallowReadonly(query), go }
}
