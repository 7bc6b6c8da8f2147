import { createApp } from 'vue'
import { hallPlace, WhichHall } from '@/hub/place'
import '@/shared/tokens.css'
import '@/shared/base.css'
import { languageInAddress } from '@/shared/site/address'
import { createWords } from '@/shared/words/i18n'
import BookApp from './BookApp.vue'
import { words } from './words'

const AGAIN_MS = 2_000

/** Without a hub: places are asked for while somebody looks. */
async function start(): Promise<void> {
  try {
    const { hallId } = await hallPlace()
    createApp(BookApp, { hallId }).use(createWords(words, languageInAddress())).mount('#app')
  } catch (error) {
    if (error instanceof WhichHall) await ask(error)
    else setTimeout(start, AGAIN_MS)
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
