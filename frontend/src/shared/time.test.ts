import { expect, test } from 'vitest'
import { beginning } from './time'

test('beginning_is_told_by_the_clock_of_the_hall', () => {
  const at = '2026-11-25T01:00:00Z'
  expect(beginning(at, 'Asia/Shanghai', 'zh')).toEqual({ date: '11月25日 星期三', time: '09:00' })
  expect(beginning(at, 'Asia/Shanghai', 'en')).toEqual({ date: 'Wed 25 Nov', time: '09:00' })
})
