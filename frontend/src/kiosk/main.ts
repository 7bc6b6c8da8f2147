import { devicePlace } from '@/hub/place'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import App from './App.vue'
import './kiosk.css'
import { kioskId } from './place'
import { words } from './words'

startHallApp(App, {
  words,
  place: devicePlace,
  language: 'zh',
  wants: [`kiosk:${kioskId}`],
})
