import { createApp } from 'vue'
import { languageInAddress } from '@/shared/site/address'
import '@/shared/tokens.css'
import '@/shared/base.css'
import { createWords } from '@/shared/words/i18n'
import MePage from './MePage.vue'
import { words } from './words'

createApp(MePage).use(createWords(words, languageInAddress())).mount('#app')
