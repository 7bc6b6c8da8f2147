import { hallPlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import App from './App.vue'
import { words } from './words'

startApp(App, { words, place: hallPlace })
