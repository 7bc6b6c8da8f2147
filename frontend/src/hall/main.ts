import { startSiteApp } from '@/shared/site/startSiteApp'
import HallApp from './HallApp.vue'
import { words } from './words'

startSiteApp(HallApp, words)
