import { devicePlace } from '@/hub/place'
import { partInAddress } from '@/shared/address'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import PadApp from './PadApp.vue'
import './pad.css'
import { words } from './words'

startHallApp(PadApp, {
  words,
  place: devicePlace,
  language: 'zh',
  wants: [`pad:${partInAddress() ?? ''}`],
})
