import { createApp } from 'vue'
import { ApiError } from '@/hub/api'
import { fetchBooking } from '@/hub/bookings'
import { hallPlace, WhichHall } from '@/hub/place'
import '@/shared/tokens.css'
import '@/shared/base.css'
import { languageInAddress, partsInAddress } from '@/shared/site/address'
import { createWords } from '@/shared/words/i18n'
import BookApp from './BookApp.vue'
import { words } from './words'

const AGAIN_MS = 2_000

/** Without a hub: places are asked for while somebody looks. */
async function start(): Promise<void> {
  try {
    const hallId = await hallHere()
    createApp(BookApp, { hallId }).use(createWords(words, languageInAddress())).mount('#app')
  } catch (error) {
    if (error instanceof WhichHall) await ask(error)
    else setTimeout(start, AGAIN_MS)
  }
}

/** The page's hall; of several that of the booking whose secret the address has, which is its own. */
async function hallHere(): Promise<string> {
  try {
    return (await hallPlace()).hallId
  } catch (error) {
    const [page, token] = partsInAddress()
    if (!(error instanceof WhichHall) || page !== 'booking' || token === undefined) throw error
    const found = await fetchBooking(token).catch((failure: unknown) => {
      throw failure instanceof ApiError && failure.status === 404 ? error : failure
    })
    history.replaceState(null, '', `?hall=${encodeURIComponent(found.hall_id)}`)
    return found.hall_id
  }
}

async function ask({ halls }: WhichHall): Promise<void> {
  const [{ default: list }, { words: said }] = await Promise.all([
    import('@/shared/whichHall/WhichHall.vue'),
    import('@/shared/whichHall/words'),
  ])
  createApp(list, { halls }).use(createWords(said, languageInAddress())).mount('#app')
}

void start()
