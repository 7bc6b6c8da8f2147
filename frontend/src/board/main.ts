import { hallPlace } from '@/hub/place'
import { startApp } from '@/shared/startApp'
import BoardApp from './BoardApp.vue'
import './board.css'
import { words } from '@/shared/board/words'

startApp(BoardApp, { words, place: hallPlace, language: 'zh' })
