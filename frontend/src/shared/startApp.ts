import type { App, Component } from 'vue'
import { createApp } from 'vue'
import type { HubOptions } from '@/hub/hub'
import { createHub, hubKey } from '@/hub/hub'
import './tokens.css'
import './base.css'
import { createWords } from './words/i18n'
import type { Language, WordsOf } from './words/types'

export interface StartOptions<T extends object> {
  /** The app's own words, beside the shared ones. */
  words: WordsOf<T>
  place: HubOptions['place']
  /** For screens that nobody switches: begin in this language whatever was chosen elsewhere. */
  language?: Language
}

/** Show `root` in the page, with its words and its hub. */
export function startApp<T extends object>(root: Component, options: StartOptions<T>): App {
  const app = createApp(root)
  const hub = createHub({ place: options.place })
  app.use(createWords(options.words, options.language))
  app.provide(hubKey, hub)
  app.onUnmount(() => hub.close())
  app.mount('#app')
  return app
}
