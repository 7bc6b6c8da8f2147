import { ApiError } from '@/hub/api'
import { troubleKey } from '@/shared/trouble'
import type { WordKey } from '@/shared/words/i18n'
import { type GuideWords, guideWords } from './words'

/** The words for what went wrong: the rule that said no, else why nothing was answered. */
export function guideTroubleKey(error: unknown): WordKey<GuideWords> {
  const code = error instanceof ApiError ? error.code : null
  if (code !== null && isRefusal(code)) return `contentRefusal.${code}`
  return troubleKey(error)
}

function isRefusal(code: string): code is keyof GuideWords['contentRefusal'] {
  return code in guideWords.zh.contentRefusal
}
