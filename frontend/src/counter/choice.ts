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

/** As the hub takes it, in characters. */
export const REASON_MAX = 200

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

/** The part of a keyboard event that a choice reads. */
interface Pressed {
  readonly key: string
  readonly code: string
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

/**
 * What is typed of one of the numbers `labels` once a digit follows `typed`: both if a number
 * begins so, else the digit alone; null for other keys, and where no number begins so.
 */
export function typedNumber(
  pressed: Pressed,
  typed: string,
  labels: readonly string[],
): string | null {
  const digit = digitOf(pressed)
  if (digit === null) return null
  return (
    [typed + digit, digit].find((typing) => labels.some((label) => label.startsWith(typing))) ??
    null
  )
}

/** Which of `length` choices a digit key means, from 0; null for other keys. */
export function digitTarget(pressed: Pressed, length: number): number | null {
  const at = Number(digitOf(pressed) ?? 0) - 1
  return at >= 0 && at < length ? at : null
}

/** With a Chinese input method on, the browser tells only the key's place. */
function digitOf({ key, code }: Pressed): string | null {
  if (/^[0-9]$/.test(key)) return key
  return key === 'Process' ? (/^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1] ?? null) : null
}
