import { hallPlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import SignApp from './SignApp.vue'
import './sign.css'
import { words } from '@/shared/sign/words'

startApp(SignApp, { words, place: hallPlace, language: 'zh' })
