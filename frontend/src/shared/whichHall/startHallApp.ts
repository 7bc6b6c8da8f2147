import type { App, Component } from 'vue'
import { createApp } from 'vue'
import { WhichHall } from '@/hub/place'
import type { StartOptions } from '@/shared/startApp'
import { startApp } from '@/shared/startApp'
import { createWords } from '@/shared/words/i18n'
import { words } from './words'

// Apart from `startApp.ts`: a visitor's phone knows its hall by the ticket.

/** `startApp` for a page of one hall; asks which is meant when there are several. */
export function startHallApp<T extends object>(root: Component, options: StartOptions<T>): void {
  const app: App = startApp(root, {
    ...options,
    place: () =>
      options.place().catch((error: unknown) => {
        if (error instanceof WhichHall) void ask(error)
        throw error
      }),
  })

  async function ask({ halls }: WhichHall): Promise<void> {
    const { default: list } = await import('./WhichHall.vue') // most deployments have one hall
    app.unmount()
    createApp(list, { halls }).use(createWords(words, options.language)).mount('#app')
  }
}
