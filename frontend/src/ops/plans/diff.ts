/** One difference between two plans. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved'
  /** Down to what differs, by the ids of things: `['counters', 'W03', 'queue_ids']`. */
  readonly path: readonly string[]
  /** The whole thing that was removed or changed; undefined when it was added. */
  readonly before: unknown
  readonly after: unknown
}

/** Lists whose members have a name of their own, by the list's field. */
const KEYS: Readonly<Record<string, string>> = {
  zones: 'zone_id',
  queues: 'queue_id',
  counters: 'counter_id',
  services: 'service_id',
  kiosks: 'kiosk_id',
  hours: 'weekday',
  special_days: 'day',
  timetable: 'from_minute',
}
/** Who made which version says so itself. */
const NOT_COMPARED = 'version'

type Fields = Readonly<Record<string, unknown>>

/**
 * What differs between two plans, in the order of their fields.
 *
 * Members are told apart by their ids, so that a new counter is one difference and not one for each
 * that stands behind it; an id given anew is a removal and an addition.
 */
export function changesBetween(before: object, after: object): Change[] {
  return [...ofFields(before as Fields, after as Fields, [])]
}

function* ofFields(before: Fields, after: Fields, path: readonly string[]): Generator<Change> {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (path.length === 0 && name === NOT_COMPARED) continue
    yield* ofValues(before[name], after[name], [...path, name])
  }
}

function* ofValues(before: unknown, after: unknown, path: readonly string[]): Generator<Change> {
  const key = KEYS[path[path.length - 1] ?? '']
  if (key !== undefined && Array.isArray(before) && Array.isArray(after)) {
    yield* ofMembers(before, after, key, path)
  } else if (isFields(before) && isFields(after)) {
    yield* ofFields(before, after, path)
  } else if (!isSame(before, after)) {
    yield { kind: 'changed', path, before, after }
  }
}

function* ofMembers(
  before: readonly Fields[],
  after: readonly Fields[],
  key: string,
  path: readonly string[],
): Generator<Change> {
  const old = new Map(before.map((member) => [String(member[key]), member]))
  const now = new Map(after.map((member) => [String(member[key]), member]))
  for (const [id, member] of old) {
    const next = now.get(id)
    if (next) yield* ofValues(member, next, [...path, id])
    else yield { kind: 'removed', path: [...path, id], before: member, after: undefined }
  }
  for (const [id, member] of now)
    if (!old.has(id)) yield { kind: 'added', path: [...path, id], before: undefined, after: member }
  const stayed = [...old.keys()].filter((id) => now.has(id))
  const order = [...now.keys()].filter((id) => old.has(id))
  if (!isSame(stayed, order)) yield { kind: 'moved', path, before: stayed, after: order }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((part, n) => isSame(part, b[n]))
  if (isFields(a) && isFields(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...names].every((name) => isSame(a[name], b[name]))
  }
  return a === b
}

/** A copy of the plan with the changes made in it; those whose thing it has no more are left out. */
export function withChanges<T extends object>(plan: T, changes: readonly Change[]): T {
  const copy = JSON.parse(JSON.stringify(plan)) as T
  for (const change of changes) make(copy as Record<string, unknown>, change)
  return copy
}

function make(plan: Record<string, unknown>, change: Change): void {
  const last = change.path[change.path.length - 1] ?? ''
  const place = change.kind === 'moved' ? change.path : change.path.slice(0, -1)
  const holder = at(plan, place)
  const key = KEYS[place[place.length - 1] ?? '']
  if (Array.isArray(holder) && key !== undefined) makeMember(holder, key, last, change)
  else if (isFields(holder)) (holder as Record<string, unknown>)[last] = change.after
}

function makeMember(list: Fields[], key: string, id: string, change: Change): void {
  if (change.kind === 'moved') {
    const order = change.after as string[]
    const rank = (member: Fields): number => {
      const found = order.indexOf(String(member[key]))
      return found < 0 ? order.length : found
    }
    list.sort((a, b) => rank(a) - rank(b))
    return
  }
  const found = list.findIndex((member) => String(member[key]) === id)
  if (change.kind === 'removed' && found >= 0) list.splice(found, 1)
  if (change.kind === 'added' && found < 0) list.push(change.after as Fields)
}

/** What stands at the path; undefined when something on the way is not there. */
function at(plan: unknown, path: readonly string[]): unknown {
  let found = plan
  let list = ''
  for (const part of path) {
    const key = KEYS[list]
    if (Array.isArray(found) && key !== undefined)
      found = (found as Fields[]).find((member) => String(member[key]) === part)
    else found = isFields(found) ? found[part] : undefined
    list = part
  }
  return found
}
