import type { FigureCell, Unit } from '@/wire/wire.gen'

export const NONE = '—'
export const KEPT_BACK = '<5'

/** A number as it is read: grouped, shares and times with two decimals. */
export function tellValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return NONE
  const digits = unit === 'count' ? 0 : 2
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return unit === 'percent' ? `${text}%` : text
}

export function tellCell(cell: FigureCell | undefined, unit: Unit): string {
  if (cell === undefined) return NONE
  return cell.is_kept_back ? KEPT_BACK : tellValue(cell.value, unit)
}

/**
 * How much it changed since the period before: points of a share, percent of all else; null where
 * there is nothing to compare with.
 */
export function changeOf(cell: FigureCell | undefined, unit: Unit): number | null {
  const now = cell?.value ?? null
  const before = cell?.before ?? null
  if (now === null || before === null) return null
  if (unit === 'percent') return now - before
  return before === 0 ? null : ((now - before) / before) * 100
}

export function tellChange(change: number, unit: Unit): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±'
  const text = Math.abs(change).toFixed(unit === 'percent' ? 2 : 1)
  return unit === 'percent' ? `${sign}${text}` : `${sign}${text}%`
}

/** Five steps of a colour: 0 for nothing, else 1 to 5 by the share of the highest. */
export function stepOf(value: number | null, highest: number): number {
  if (value === null || value <= 0 || highest <= 0) return 0
  return Math.max(1, Math.min(5, Math.ceil((value / highest) * 5)))
}
