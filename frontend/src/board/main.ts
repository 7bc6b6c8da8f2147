import { hallPlace } from '@/hub/place'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import BoardApp from './BoardApp.vue'
import './board.css'
import { words } from '@/shared/board/words'

startHallApp(BoardApp, { words, place: hallPlace, language: 'zh' })
