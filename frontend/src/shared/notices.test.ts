import { expect, test } from 'vitest'
import type { NoticeLine } from '@/wire/wire.gen'
import { current } from './notices'

const NOW = Date.parse('2026-11-23T09:00:00Z')
const notice = (id: string, until: string | null): NoticeLine => ({
  notice_id: id,
  text: { zh: id, en: id },
  until,
})

test('notice_counts_until_its_time_and_without_one_for_good', () => {
  const all = [
    notice('a', null),
    notice('b', '2026-11-23T09:00:00Z'),
    notice('c', '2026-11-23T09:00:01Z'),
  ]
  expect(current(all, NOW).map(({ notice_id }) => notice_id)).toEqual(['a', 'c'])
})
