import type { RefusalCode } from '@/wire/wire.gen'
import type { SharedWords, WordKey } from './i18n'
import { zh } from './zh'

/** The words for a refusal of what a visitor does with a number that is taken. */
export function refusalKey(code: RefusalCode): WordKey<SharedWords> {
  return isVisitors(code) ? `refusal.${code}` : 'error.forbidden'
}

function isVisitors(code: RefusalCode): code is keyof SharedWords['refusal'] {
  return code in zh.refusal
}
