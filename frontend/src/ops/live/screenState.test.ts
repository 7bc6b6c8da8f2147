import { expect, test } from 'vitest'
import type { OpsScreen } from '@/wire/wire.gen'
import { screenState } from './screenState'

const NOW = Date.parse('2026-11-23T02:00:00Z')

function screen(state: OpsScreen['state']): OpsScreen {
  const name = { zh: '二区叫号屏', en: 'Board of Zone 2' }
  return { screen_id: 'board:Z2', name, state, since: '2026-11-23T01:59:40Z', detail: '' }
}

test('screen_that_is_lit_or_black_out_of_hours_is_well__SC2', () => {
  const well = { key: 'live.screen.lit', ms: null, health: 'well' }
  expect(screenState(screen('lit'), NOW)).toEqual(well)
  expect(screenState(screen('blank'), NOW).health).toBe('well')
})

test.each(['silent', 'dark', 'stale'] as const)(
  'screen_that_is_%s_says_for_how_long__SC1',
  (state) => {
    const found = screenState(screen(state), NOW)
    expect(found).toEqual({ key: `live.screen.${state}`, ms: 20_000, health: 'ill' })
  },
)
