import type { LanguageState } from '@/shared/words/i18n'
import type { ReplayWords } from './words'

type T = LanguageState<ReplayWords>['t']

/** Seconds as people say them, to the second under an hour. */
export function timeWords(seconds: number, t: T): string {
  const s = Math.round(Math.abs(seconds))
  if (s < 60) return t('replay.seconds', { s })
  if (s < 3600) return t('replay.minutes', { m: Math.floor(s / 60), s: s % 60 })
  return t('replay.hours', { h: Math.floor(s / 3600), m: Math.round((s % 3600) / 60) })
}

/** How much longer or shorter. */
export function differenceWords(seconds: number, t: T): string {
  if (Math.round(seconds) === 0) return t('replay.same')
  const time = timeWords(seconds, t)
  return seconds < 0 ? t('replay.shorter', { time }) : t('replay.longer', { time })
}
