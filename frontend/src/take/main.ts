import { hallPlace } from '@/hub/place'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import TakeApp from './TakeApp.vue'
import { words } from './words'

startHallApp(TakeApp, { words, place: hallPlace })
