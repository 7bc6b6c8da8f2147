import type { OpsPrinter, PrinterState } from '@/wire/wire.gen'

/** What a printer is called by in words: `live.` and this. */
export type PrinterWord = `state.${PrinterState}` | 'unheard' | 'untold' | 'failing'

/** `untold`: nothing was heard of it yet, so nobody knows. */
export type Health = 'ill' | 'untold' | 'well'

/** Whether papers come out and go on doing so. */
export function printerHealth(one: OpsPrinter): Health {
  if (one.is_silent || one.is_failing) return 'ill'
  if (one.state === null) return 'untold'
  return one.state === 'ready' ? 'well' : 'ill'
}

/** The word for how the printer is: what somebody must do something about comes first. */
export function printerWord(one: OpsPrinter): PrinterWord {
  if (one.is_silent) return 'unheard'
  if (one.state === null) return one.is_failing ? 'failing' : 'untold'
  if (one.is_failing && (one.state === 'ready' || one.state === 'paper_low')) return 'failing'
  return `state.${one.state}`
}
