import type { KioskQueue, KioskService } from '@/wire/wire.gen'

/** A service that was looked for, and the queue that handles it. */
export interface Hit {
  readonly queue: KioskQueue
  readonly service: KioskService
}

/** More would not be read. */
export const HITS_MAX = 24

/**
 * The first Han character, in the order of pinyin, of each letter that a syllable can begin with.
 * Browsers sort by pinyin (Unicode CLDR, collation zh): a character belongs to the last one that
 * is not after it.
 */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀'
const LETTERS = 'ABCDEFGHJKLMNOPQRSTWXYZ'
const pinyin = new Intl.Collator('zh-Hans-CN-u-co-pinyin')

/** The initials of the text's characters by their usual sound, `户籍证明` is `HJZM`; others as they are. */
export function initialsOf(text: string): string {
  return [...text].map((char) => (/\p{Script=Han}/u.test(char) ? initialOf(char) : char)).join('')
}

function initialOf(char: string): string {
  let found = ''
  for (const [n, first] of [...FIRST].entries()) {
    if (pinyin.compare(first, char) > 0) break
    found = LETTERS[n] ?? ''
  }
  return found
}

/** The services whose name in either language, or its initials, has what was typed. */
export function servicesFor(queues: readonly KioskQueue[], typed: string): readonly Hit[] {
  const wanted = normal(typed)
  if (wanted === '') return []
  const all = queues.flatMap((queue) => queue.services.map((service) => ({ queue, service })))
  return all.filter(({ service }) => isMeant(service, wanted)).slice(0, HITS_MAX)
}

function isMeant({ name }: KioskService, wanted: string): boolean {
  return [name.zh, name.en, initialsOf(name.zh)].some((words) => normal(words).includes(wanted))
}

function normal(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toUpperCase()
}
