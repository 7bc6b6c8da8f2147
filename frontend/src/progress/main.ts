import { partInAddress } from '@/shared/address'
import { startApp } from '@/shared/startApp'
import ProgressApp from './ProgressApp.vue'
import { ticketPlace } from './place'
import { words } from './words'

startApp(ProgressApp, { words, place: () => ticketPlace(partInAddress()) })
