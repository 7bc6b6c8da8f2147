import { hallPlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import BoardApp from './BoardApp.vue'
import './board.css'
import { words } from './words'

startApp(BoardApp, { words, place: hallPlace, language: 'zh' })
