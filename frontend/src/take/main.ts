import { hallPlace } from '@/hub/place'
import { languageInAddress } from '@/shared/site/address'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import { rememberLanguage } from '@/shared/words/i18n'
import TakeApp from './TakeApp.vue'
import { words } from './words'

// The ticket's page, which has no language in its address, goes on in it.
if (languageInAddress() === 'en') rememberLanguage('en')
startHallApp(TakeApp, { words, place: hallPlace })
