import { createApp } from 'vue'
import { partInAddress } from '@/shared/address'
import '@/shared/tokens.css'
import '@/shared/base.css'
import { createWords } from '@/shared/words/i18n'
import TrackApp from './TrackApp.vue'
import { words } from './words'

// Without a hub: a case changes by the day, so the page asks now and then.
createApp(TrackApp, { token: partInAddress() ?? '' })
  .use(createWords(words))
  .mount('#app')
