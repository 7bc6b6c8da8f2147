const COUNTER_KEY = 'yizhan.counter.counter_id'

/** The counter that was last worked at on this computer. */
export const lastCounterId = (): string | null => localStorage.getItem(COUNTER_KEY)

export function rememberCounter(counterId: string): void {
  localStorage.setItem(COUNTER_KEY, counterId)
}
