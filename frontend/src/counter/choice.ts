import type { Command } from '@/hub/hub'
import type { Place } from '@/wire/wire.gen'

/** Where a visitor at the counter may be sent: exactly one of these (TR1). */
export const TARGET_KINDS = ['queue', 'counter', 'clerk'] as const
export type TargetKind = (typeof TARGET_KINDS)[number]

export const PLACES: readonly Place[] = ['keep', 'tail']

/** Why a visitor is sent on; `other` is written out. */
export const TRANSFER_REASONS = ['wrong_counter', 'other_office', 'expert', 'other'] as const
export type TransferReason = (typeof TRANSFER_REASONS)[number]

/** Why somebody is called out of order (CL10); `other` is written out. */
export const CALL_REASONS = ['back', 'urgent', 'agreed', 'other'] as const
export type CallReason = (typeof CALL_REASONS)[number]

/** What has been chosen in the transfer dialog so far. */
export interface TransferChoice {
  readonly kind: TargetKind
  readonly queueId: string | null
  readonly counterId: string | null
  /** A clerk's user name as typed. */
  readonly clerk: string
  readonly place: Place
  /** The reason in words; empty until there is one. */
  readonly reason: string
}

/** A transfer without the counter it leaves. */
export type Transfer = Omit<Extract<Command, { type: 'transfer_ticket' }>, 'type' | 'counter_id'>

/** What is still to be chosen before a transfer can be sent; null when nothing is. */
export function missingOf(choice: TransferChoice): 'target' | 'reason' | null {
  if (targetOf(choice) === null) return 'target'
  return choice.reason.trim() === '' ? 'reason' : null
}

/** The transfer chosen; null while something is missing. */
export function transferOf(choice: TransferChoice): Transfer | null {
  const target = targetOf(choice)
  if (target === null || missingOf(choice) !== null) return null
  return { ...target, place: choice.place, reason: choice.reason.trim() }
}

function targetOf({ kind, queueId, counterId, clerk }: TransferChoice): Partial<Transfer> | null {
  switch (kind) {
    case 'queue':
      return queueId === null ? null : { to_queue_id: queueId }
    case 'counter':
      return counterId === null ? null : { to_counter_id: counterId }
    case 'clerk':
      return clerk.trim() === '' ? null : { to_clerk_id: clerk.trim().toLowerCase() }
    default:
      return kind satisfies never
  }
}
