import { type Component, defineAsyncComponent } from 'vue'
import type { WordKey } from '@/shared/words/i18n'
import type { Words } from './words'

/** A part of the page with an address of its own: `/ops/{id}`. */
export interface Tab {
  readonly id: string
  readonly label: WordKey<Words>
  /** Loaded when first opened; takes a `session`, and watches the hub's topics by itself. */
  readonly view: Component
}

/** In the order in which they stand; the first is shown at `/ops`. */
export const TABS: readonly [Tab, ...Tab[]] = [
  {
    id: 'live',
    label: 'ops.tab.live',
    view: defineAsyncComponent(() => import('./live/LiveTab.vue')),
  },
  {
    id: 'plans',
    label: 'ops.tab.plans',
    view: defineAsyncComponent(() => import('./plans/PlansTab.vue')),
  },
  {
    id: 'replay',
    label: 'ops.tab.replay',
    view: defineAsyncComponent(() => import('./replay/ReplayTab.vue')),
  },
  {
    id: 'why',
    label: 'ops.tab.why',
    view: defineAsyncComponent(() => import('./past/WhyTab.vue')),
  },
  {
    id: 'screens',
    label: 'ops.tab.screens',
    view: defineAsyncComponent(() => import('./past/ScreensTab.vue')),
  },
  {
    id: 'devices',
    label: 'ops.tab.devices',
    view: defineAsyncComponent(() => import('./devices/DevicesTab.vue')),
  },
]

/** The tab of that id; the first for an unknown one. */
export function tabOf(id: string | null): Tab {
  return TABS.find((tab) => tab.id === id) ?? TABS[0]
}
