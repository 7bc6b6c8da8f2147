import { startSiteApp } from '@/shared/site/startSiteApp'
import AskApp from './AskApp.vue'
import { words } from './words'

startSiteApp(AskApp, words)
