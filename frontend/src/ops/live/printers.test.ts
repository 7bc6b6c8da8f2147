import { describe, expect, it } from 'vitest'
import type { OpsPrinter } from '@/wire/wire.gen'
import { printerIsWell, printerWord } from './printers'

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
    [WELL, true, 'state.ready'],
    [{ ...WELL, state: 'paper_low' }, false, 'state.paper_low'],
    [{ ...WELL, state: 'gone', is_failing: true }, false, 'state.gone'],
    [{ ...WELL, is_failing: true }, false, 'failing'],
    [{ ...WELL, state: 'paper_low', is_failing: true }, false, 'failing'],
    [{ ...WELL, state: 'paper_out', is_silent: true }, false, 'unheard'],
    [{ ...WELL, state: null }, true, 'untold'],
    [{ ...WELL, state: null, is_failing: true }, false, 'failing'],
  ] as const)('says first what somebody must look after (PR2): %#', (one, isWell, word) => {
    expect(printerIsWell(one)).toBe(isWell)
    expect(printerWord(one)).toBe(word)
  })
})
