import type { OpsPrinter, PrinterState } from '@/wire/wire.gen'

/** What a printer is called by in words: `live.` and this. */
export type PrinterWord = `state.${PrinterState}` | 'unheard' | 'untold' | 'failing'

/** Whether papers come out and go on doing so, as far as anybody knows. */
export function printerIsWell(one: OpsPrinter): boolean {
  const isStateWell = one.state === null || one.state === 'ready'
  return isStateWell && !one.is_silent && !one.is_failing
}

/** The word for how the printer is: what somebody must do something about comes first. */
export function printerWord(one: OpsPrinter): PrinterWord {
  if (one.is_silent) return 'unheard'
  if (one.state === null) return one.is_failing ? 'failing' : 'untold'
  if (one.is_failing && (one.state === 'ready' || one.state === 'paper_low')) return 'failing'
  return `state.${one.state}`
}
