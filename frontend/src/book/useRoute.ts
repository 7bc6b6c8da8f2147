import type { Ref } from 'vue'
import { computed, onUnmounted, ref } from 'vue'
import { linkTo } from '@/shared/address'
import { languageInAddress, partsInAddress } from '@/shared/site/address'

/** What the address asks for. */
export type Route =
  | { page: 'services' }
  | { page: 'slots'; serviceId: string }
  | { page: 'booking'; token: string }

/** The page's own addresses: `/book`, `/book/{service}`, `/booking/{token}`. */
export function useRoute(): {
  route: Readonly<Ref<Route>>
  go(route: Route, isStep?: boolean): void
} {
  const parts = ref(partsInAddress())
  const read = (): void => {
    parts.value = partsInAddress()
    scrollTo({ top: 0 })
  }
  addEventListener('popstate', read)
  onUnmounted(() => removeEventListener('popstate', read))
  return {
    route: computed(() => routeOf(parts.value)),
    /** `isStep`: the way back leads past the page before. */
    go(route, isStep = false) {
      if (isStep) history.replaceState(null, '', addressOf(route))
      else history.pushState(null, '', addressOf(route))
      read()
    },
  }
}

export function addressOf(route: Route): string {
  const first = languageInAddress() === 'en' ? ['en'] : []
  if (route.page === 'services') return linkTo(...first, 'book')
  if (route.page === 'slots') return linkTo(...first, 'book', route.serviceId)
  return linkTo(...first, 'booking', route.token)
}

function routeOf([first, second]: readonly string[]): Route {
  if (second === undefined) return { page: 'services' }
  return first === 'booking'
    ? { page: 'booking', token: second }
    : { page: 'slots', serviceId: second }
}
