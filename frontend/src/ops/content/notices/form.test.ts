import { describe, expect, it } from 'vitest'
import type { NoticeContent } from '@/wire/wire.gen'
import { contentOf, emptyForm, formOf, instantOf, wallTime } from './form'

const CONTENT: NoticeContent = {
  title: { zh: '停电', en: 'Power cut' },
  text: { zh: '**周三**', en: '**Wednesday**' },
  is_markdown: true,
  begins_at: '2026-11-23T00:30:12.000Z',
  until: null,
  in_hall: true,
  zone_ids: ['Z1'],
  screen_ids: ['kiosk:K1'],
  on_website: false,
  is_pinned: true,
}

describe('the times of the form', () => {
  it("are those of the hall's clock", () => {
    expect(wallTime('2026-11-23T00:30:00Z', 'Asia/Shanghai')).toBe('2026-11-23T08:30')
    expect(instantOf('2026-11-23T08:30', 'Asia/Shanghai')).toBe('2026-11-23T00:30:00.000Z')
    expect(instantOf('2026-01-01T00:00', 'Pacific/Kiritimati')).toBe('2025-12-31T10:00:00.000Z')
    expect(instantOf('', 'Asia/Shanghai')).toBeNull()
  })

  it('are right on both sides of a change of the clock', () => {
    for (const at of ['2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z'])
      expect(instantOf(wallTime(at, 'Europe/Berlin'), 'Europe/Berlin')).toBe(at)
  })
})

describe('what is kept of a notice', () => {
  it('comes back as it was, its seconds too', () => {
    const form = formOf(CONTENT, 'Asia/Shanghai')
    expect(form.where).toBe('chosen')
    expect(contentOf(form, 'Asia/Shanghai', CONTENT)).toEqual(CONTENT)
    const later = { ...form, beginsAt: '2026-11-23T09:00' }
    expect(contentOf(later, 'Asia/Shanghai', CONTENT).begins_at).toBe('2026-11-23T01:00:00.000Z')
  })

  it('names no place that is not chosen any more', () => {
    const form = { ...formOf(CONTENT, 'Asia/Shanghai'), where: 'everywhere' as const }
    const content = contentOf(form, 'Asia/Shanghai')
    expect([content.in_hall, content.zone_ids, content.screen_ids]).toEqual([true, [], []])
    expect(contentOf({ ...form, where: 'nowhere' }, 'Asia/Shanghai').in_hall).toBe(false)
    expect(contentOf(emptyForm(), 'Asia/Shanghai').begins_at).toBeNull()
  })
})
