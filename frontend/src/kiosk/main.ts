import { devicePlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import App from './App.vue'
import './kiosk.css'
import { words } from './words'

startApp(App, { words, place: devicePlace, language: 'zh' })
