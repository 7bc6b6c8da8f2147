import { describe, expect, it } from 'vitest'
import type { OpsPrinter } from '@/wire/wire.gen'
import { printerHealth, printerWord } from './printers'

const WELL: OpsPrinter = {
  printer_id: 'P1',
  kiosk_ids: ['K1'],
  is_failing: false,
  detail: '',
  due: 0,
  state: 'ready',
  since: null,
  is_silent: false,
  tickets_left: null,
}

describe('printers', () => {
  it.each([
    [WELL, 'well', 'state.ready'],
    [{ ...WELL, state: 'paper_low' }, 'ill', 'state.paper_low'],
    [{ ...WELL, state: 'gone', is_failing: true }, 'ill', 'state.gone'],
    [{ ...WELL, is_failing: true }, 'ill', 'failing'],
    [{ ...WELL, state: 'paper_low', is_failing: true }, 'ill', 'failing'],
    [{ ...WELL, state: 'paper_out', is_silent: true }, 'ill', 'unheard'],
    [{ ...WELL, state: null }, 'untold', 'untold'],
    [{ ...WELL, state: null, is_failing: true }, 'ill', 'failing'],
  ] as const)('says first what somebody must look after (PR2): %#', (one, health, word) => {
    expect(printerHealth(one)).toBe(health)
    expect(printerWord(one)).toBe(word)
  })
})
