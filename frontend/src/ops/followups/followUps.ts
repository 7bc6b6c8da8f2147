import type { Level } from '@/shared/rating/rating'
import type { FollowUpDo, FollowUpView } from '@/wire/wire.gen'

/** Which rating it follows. */
export const keyOf = ({ follow_up: { rating } }: FollowUpView): string =>
  `${rating.day} ${rating.ticket_id}`

export const levelOf = ({ follow_up: { rating } }: FollowUpView): Level => rating.level as Level

export type ActKind = FollowUpDo['command']['type']

/** What somebody with these rights can do next, the usual thing first (EV3). */
export function actsOf(one: FollowUpView, rights: readonly string[]): ActKind[] {
  const { follow_up: it, state } = one
  if (state === 'excluded') return []
  const acts: ActKind[] = []
  if (rights.includes('write:follow_up')) {
    if (state === 'call_back') acts.push('call_back')
    if (state === 'answer') acts.push('answer_rating')
    if ((it.appealed !== null || it.is_flagged) && it.ruled === null) acts.push('rule_appeal')
  }
  if (rights.includes('write:appeal') && it.appealed === null) acts.push('appeal')
  return acts
}
