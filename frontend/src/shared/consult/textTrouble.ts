import { ApiError } from '@/hub/api'
import { troubleKey } from '@/shared/trouble'
import type { WordKey } from '@/shared/words/i18n'
import { type TextWords, textWords } from './textWords'

/** The words for what was not taken: wrong with the text, or not answered. */
export function textTroubleKey(error: unknown): WordKey<TextWords> {
  const code = error instanceof ApiError ? error.code : null
  return code !== null && isTextCode(code) ? `consult.text.${code}` : troubleKey(error)
}

function isTextCode(code: string): code is keyof TextWords['consult']['text'] {
  return code in textWords.zh.consult.text
}
