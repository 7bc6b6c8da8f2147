import { ApiError } from '@/hub/api'
import type { WordKey } from '@/shared/words/i18n'
import { textTroubleKey } from './textTrouble'
import { type ConsultWords, consultWords } from './words'

/** The words for what was not taken: wrong with the text, refused by a rule, or not answered. */
export function consultTroubleKey(error: unknown): WordKey<ConsultWords> {
  const code = error instanceof ApiError ? error.code : null
  if (code !== null && isRefusal(code)) return `consult.refusal.${code}`
  return textTroubleKey(error)
}

function isRefusal(code: string): code is keyof ConsultWords['consult']['refusal'] {
  return code in consultWords.zh.consult.refusal
}
