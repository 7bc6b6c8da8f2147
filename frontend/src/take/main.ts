import { hallPlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import TakeApp from './TakeApp.vue'
import { words } from './words'

startApp(TakeApp, { words, place: hallPlace })
