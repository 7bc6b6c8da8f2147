import type { Obstacle } from '@/shared/offer'
import type { WordKey } from '@/shared/words/i18n'
import { type IntakeWords, intakeKey } from '@/shared/words/intake'
import type { ErrorCode, RefusalCode } from '@/wire/wire.gen'

/** Why no ticket was taken. */
export type Failure =
  | { readonly type: 'refused'; readonly code: RefusalCode }
  | { readonly type: 'failed'; readonly code: ErrorCode }

/** The key of the words that tell the visitor what to do. */
export function failureKey(failure: Failure): WordKey<IntakeWords> {
  return failure.type === 'refused' ? intakeKey(failure.code) : `error.${failure.code}`
}

/** The key of the words for an obstacle: what it is, in short, or what to do. */
export function obstacleKey<P extends 'stop' | 'stopHint'>(part: P, obstacle: Obstacle) {
  return obstacle === 'elsewhere' || obstacle === 'card_needed'
    ? (`kiosk.${part}.${obstacle}` as const)
    : (`${part}.${obstacle}` as const)
}
