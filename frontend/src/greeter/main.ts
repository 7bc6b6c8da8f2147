import { staffPlace } from '@/hub/staffPlace'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import App from './App.vue'
import { words } from './words'

startHallApp(App, { words, place: staffPlace })
