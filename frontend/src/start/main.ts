import { hallPlace } from '@/hub/place'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import StartApp from './StartApp.vue'
import { words } from './words'

startHallApp(StartApp, { words, place: hallPlace })
