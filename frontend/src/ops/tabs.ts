import { type Component, defineAsyncComponent } from 'vue'
import type { WordKey } from '@/shared/words/i18n'
import { CONTENT_RIGHTS } from './content/sections'
import type { Words } from './words'

/** A part of the page with an address of its own: `/ops/{id}`. */
export interface Tab {
  readonly id: string
  readonly label: WordKey<Words>
  /** Who has this right, or any of these, is shown the tab; null: all staff. */
  readonly right: string | readonly string[] | null
  /** Loaded when first opened; takes a `session`, and watches the hub's topics by itself. */
  readonly view: Component
}

/** In the order in which they stand; the first is shown at `/ops`. */
export const TABS: readonly [Tab, ...Tab[]] = [
  {
    id: 'live',
    label: 'ops.tab.live',
    right: 'watch:ops',
    view: defineAsyncComponent(() => import('./live/LiveTab.vue')),
  },
  {
    id: 'plans',
    label: 'ops.tab.plans',
    right: 'write:plan',
    view: defineAsyncComponent(() => import('./plans/PlansTab.vue')),
  },
  {
    id: 'replay',
    label: 'ops.tab.replay',
    right: 'read:replay',
    view: defineAsyncComponent(() => import('./replay/ReplayTab.vue')),
  },
  {
    id: 'why',
    label: 'ops.tab.why',
    right: 'read:find',
    view: defineAsyncComponent(() => import('./past/WhyTab.vue')),
  },
  {
    id: 'screens',
    label: 'ops.tab.screens',
    right: 'read:screen',
    view: defineAsyncComponent(() => import('./past/ScreensTab.vue')),
  },
  {
    id: 'rosters',
    label: 'ops.tab.rosters',
    right: 'read:roster',
    view: defineAsyncComponent(() => import('./rosters/RosterTab.vue')),
  },
  {
    id: 'cases',
    label: 'ops.tab.cases',
    right: 'read:cases',
    view: defineAsyncComponent(() => import('./cases/CasesTab.vue')),
  },
  {
    id: 'statistics',
    label: 'ops.tab.statistics',
    right: 'read:statistics',
    view: defineAsyncComponent(() => import('./statistics/StatisticsTab.vue')),
  },
  {
    id: 'devices',
    label: 'ops.tab.devices',
    right: 'write:device',
    view: defineAsyncComponent(() => import('./devices/DevicesTab.vue')),
  },
  {
    id: 'consultations',
    label: 'ops.tab.consultations',
    right: 'read:consultations',
    view: defineAsyncComponent(() => import('./consultations/ConsultationsTab.vue')),
  },
  {
    id: 'followups',
    label: 'ops.tab.followUps',
    right: 'read:follow_ups',
    view: defineAsyncComponent(() => import('./followups/FollowUpsTab.vue')),
  },
  {
    id: 'content',
    label: 'ops.tab.content',
    right: CONTENT_RIGHTS,
    view: defineAsyncComponent(() => import('./content/ContentTab.vue')),
  },
  {
    id: 'bookings',
    label: 'ops.tab.bookings',
    right: 'read:bookings',
    view: defineAsyncComponent(() => import('./bookings/BookingsTab.vue')),
  },
  {
    id: 'calendar',
    label: 'ops.tab.calendar',
    right: 'read:calendar',
    view: defineAsyncComponent(() => import('./calendar/CalendarTab.vue')),
  },
  {
    id: 'audit',
    label: 'ops.tab.audit',
    right: 'read:audit',
    view: defineAsyncComponent(() => import('./audit/AuditTab.vue')),
  },
  {
    id: 'accounts',
    label: 'ops.tab.accounts',
    right: 'read:accounts',
    view: defineAsyncComponent(() => import('./accounts/AccountsTab.vue')),
  },
  {
    id: 'me',
    label: 'ops.tab.me',
    right: null,
    view: defineAsyncComponent(() => import('./accounts/MeTab.vue')),
  },
]

/** The tabs that somebody with these rights is shown; one is for all staff. */
export function tabsFor(rights: readonly string[]): readonly [Tab, ...Tab[]] {
  const [first = TABS[0], ...others] = TABS.filter(
    ({ right }) => right === null || [right].flat().some((one) => rights.includes(one)),
  )
  return [first, ...others]
}

/** The tab of that id among these; the first for an unknown one. */
export function tabOf(id: string | null, tabs: readonly [Tab, ...Tab[]]): Tab {
  return tabs.find((tab) => tab.id === id) ?? tabs[0]
}
