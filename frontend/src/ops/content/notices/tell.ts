import { ApiError } from '@/hub/api'
import { NoticeSaidNo } from '@/hub/notices'
import { troubleKey } from '@/shared/trouble'
import type { WordKey } from '@/shared/words/i18n'
import { type NoticeWords, noticeWords } from './words'

/** The words for what is wrong with a field. */
export function faultKey(code: string): WordKey<NoticeWords> {
  return code in noticeWords.zh.notices.fault
    ? `notices.fault.${code as keyof NoticeWords['notices']['fault']}`
    : 'error.malformed'
}

/** The words for what was not taken: refused by a rule, or not answered. */
export function noticeTroubleKey(error: unknown): WordKey<NoticeWords> {
  const code = error instanceof NoticeSaidNo || error instanceof ApiError ? error.code : null
  return code !== null && code in noticeWords.zh.notices.refusal
    ? `notices.refusal.${code as keyof NoticeWords['notices']['refusal']}`
    : troubleKey(error)
}
