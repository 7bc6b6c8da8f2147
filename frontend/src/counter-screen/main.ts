import { hallPlace } from '@/hub/place'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import SignApp from './SignApp.vue'
import './sign.css'
import { words } from '@/shared/sign/words'

startHallApp(SignApp, { words, place: hallPlace, language: 'zh' })
