import type { Day } from '@/shared/staff/roster/days'
import type { Half, RosterView, ShiftState, TurnView } from '@/wire/wire.gen'

export const HALVES: readonly Half[] = ['morning', 'afternoon']

/** A half day of the grid: the row is a window, the column a day. */
export interface Cell {
  readonly counterId: string
  readonly day: Day
  readonly half: Half
}

/** What stands in a cell before everything else; null when nothing is to be said. */
export type Mark = ShiftState | 'away' | null

export const keyOf = (cell: Cell): string => `${cell.counterId} ${cell.day} ${cell.half}`

/** The half days for which anybody is named, by `keyOf`. */
export function turnsByKey(view: RosterView): ReadonlyMap<string, TurnView> {
  return new Map(
    view.turns.map((turn) => [
      keyOf({ counterId: turn.counter_id, day: turn.day, half: turn.half }),
      turn,
    ]),
  )
}

/** How the shift was kept; before it is known, that its A is away. */
export function markOf(turn: TurnView | undefined): Mark {
  if (turn === undefined) return null
  const [first] = turn.persons
  if (turn.state !== null) return turn.state
  return first !== undefined && turn.away.includes(first) ? 'away' : null
}

/** Who is expected: the first who is not away. */
export const expectedIn = (turn: TurnView): string | null =>
  turn.persons.find((person) => !turn.away.includes(person)) ?? null

/** Where an arrow key leads from a cell; the cell itself at the edge, null for other keys. */
export function moved(
  cell: Cell,
  key: string,
  counterIds: readonly string[],
  days: readonly Day[],
): Cell | null {
  const row = counterIds.indexOf(cell.counterId) * 2 + HALVES.indexOf(cell.half)
  const column = days.indexOf(cell.day)
  switch (key) {
    case 'ArrowLeft':
      return at(row, column - 1)
    case 'ArrowRight':
      return at(row, column + 1)
    case 'ArrowUp':
      return at(row - 1, column)
    case 'ArrowDown':
      return at(row + 1, column)
    case 'Home':
      return at(row, 0)
    case 'End':
      return at(row, days.length - 1)
    default:
      return null
  }

  function at(toRow: number, toColumn: number): Cell {
    const counterId = counterIds[Math.floor(toRow / 2)]
    const day = days[toColumn]
    const half = HALVES[toRow % 2]
    return counterId && day && half ? { counterId, day, half } : cell
  }
}
