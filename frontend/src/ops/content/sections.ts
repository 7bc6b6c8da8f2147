import { type Component, defineAsyncComponent } from 'vue'
import type { WordKey } from '@/shared/words/i18n'
import type { ContentWords } from './words'

/** A part of the tab with an address of its own: `/ops/content?section={id}`. */
export interface Section {
  readonly id: string
  readonly label: WordKey<ContentWords>
  /** Who has this right is shown it. */
  readonly right: string
  /** Loaded when first opened; takes a `session` and may emit `expired`. */
  readonly view: Component
}

/** In the order in which they stand; the first that one may see is shown first. */
export const SECTIONS: readonly Section[] = [
  {
    id: 'guides',
    label: 'content.guides',
    right: 'read:guides',
    view: defineAsyncComponent(() => import('./guides/GuidesSection.vue')),
  },
  {
    id: 'notices',
    label: 'content.notices',
    right: 'read:notices',
    view: defineAsyncComponent(() => import('./notices/NoticesSection.vue')),
  },
  {
    id: 'exchange',
    label: 'content.exchange',
    right: 'read:catalogue',
    view: defineAsyncComponent(() => import('./exchange/ExchangeSection.vue')),
  },
  {
    id: 'findings',
    label: 'content.findings',
    right: 'read:catalogue',
    view: defineAsyncComponent(() => import('./exchange/FindingsSection.vue')),
  },
  {
    id: 'misses',
    label: 'content.misses',
    right: 'read:misses',
    view: defineAsyncComponent(() => import('./misses/MissesSection.vue')),
  },
]

/** Any of these opens the tab. */
export const CONTENT_RIGHTS: readonly string[] = SECTIONS.map(({ right }) => right)

/** The sections that somebody with these rights is shown. */
export function sectionsFor(rights: readonly string[]): readonly Section[] {
  return SECTIONS.filter(({ right }) => rights.includes(right))
}

/** The section of that id among these; the first for an unknown one. */
export function sectionOf(id: string | null, sections: readonly Section[]): Section | undefined {
  return sections.find((section) => section.id === id) ?? sections[0]
}
