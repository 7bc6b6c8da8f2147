import { createApp } from 'vue'
import { languageInAddress, partsInAddress } from '@/shared/site/address'
import '@/shared/tokens.css'
import '@/shared/base.css'
import { createWords } from '@/shared/words/i18n'
import TrackPage from './TrackPage.vue'
import { words } from './words'

// Without a hub: a case changes by the day, so the page asks now and then.
createApp(TrackPage, { token: partsInAddress()[1] ?? null })
  .use(createWords(words, languageInAddress()))
  .mount('#app')
