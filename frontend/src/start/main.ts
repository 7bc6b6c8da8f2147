import { hallPlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import StartApp from './StartApp.vue'
import { words } from './words'

startApp(StartApp, { words, place: hallPlace })
