/** A reason as the hub takes it, in characters. */
export const REASON_MAX = 200

/** The part of a keyboard event that a choice reads. */
interface Pressed {
  readonly key: string
  readonly code: string
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
