import type { App, Component } from 'vue'
import { createApp } from 'vue'
import { NotEnrolled, WhichHall } from '@/hub/place'
import type { StartOptions } from '@/shared/startApp'
import { startApp } from '@/shared/startApp'
import { createWords } from '@/shared/words/i18n'
import { words } from './words'

// Apart from `startApp.ts`: a visitor's phone knows its hall by the ticket.

interface HallOptions<T extends object> extends StartOptions<T> {
  /** The topics that the page's device would speak for (EN2). */
  wants?: readonly string[]
}

/**
 * `startApp` for a page of one hall; asks which is meant when there are several, and waits until
 * the device is let in where only devices may.
 */
export function startHallApp<T extends object>(root: Component, options: HallOptions<T>): void {
  const app: App = startApp(root, {
    ...options,
    place: () =>
      options.place().catch((error: unknown) => {
        if (error instanceof WhichHall) void ask(error)
        if (error instanceof NotEnrolled) void enrol()
        throw error
      }),
  })

  // Both are loaded when they are needed: most deployments have one hall and enrol once.
  async function ask({ halls }: WhichHall): Promise<void> {
    const { default: list } = await import('./WhichHall.vue')
    app.unmount()
    createApp(list, { halls }).use(createWords(words, options.language)).mount('#app')
  }

  async function enrol(): Promise<void> {
    const { default: page, words: said } = await import('@/shared/enrol')
    app.unmount()
    const wants = options.wants ?? []
    createApp(page, { wants }).use(createWords(said, options.language)).mount('#app')
  }
}
