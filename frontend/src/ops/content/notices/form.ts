import type { NoticeContent } from '@/wire/wire.gen'

export const WHERE = ['everywhere', 'chosen', 'nowhere'] as const
export type Where = (typeof WHERE)[number]

/** A notice as it is being written; times are those of the hall's clock, empty: not set. */
export interface NoticeForm {
  titleZh: string
  titleEn: string
  textZh: string
  textEn: string
  isMarkdown: boolean
  beginsAt: string
  until: string
  where: Where
  zoneIds: string[]
  screenIds: string[]
  onWebsite: boolean
  isPinned: boolean
}

export const emptyForm = (): NoticeForm => ({
  titleZh: '',
  titleEn: '',
  textZh: '',
  textEn: '',
  isMarkdown: true,
  beginsAt: '',
  until: '',
  where: 'everywhere',
  zoneIds: [],
  screenIds: [],
  onWebsite: true,
  isPinned: false,
})

/** What is kept of a notice, to be gone on with. */
export function formOf(content: NoticeContent, timeZone: string): NoticeForm {
  const zoneIds = content.zone_ids ?? []
  const screenIds = content.screen_ids ?? []
  const hasPlaces = zoneIds.length + screenIds.length > 0
  return {
    titleZh: content.title.zh,
    titleEn: content.title.en,
    textZh: content.text.zh,
    textEn: content.text.en,
    isMarkdown: content.is_markdown ?? false,
    beginsAt: content.begins_at ? wallTime(content.begins_at, timeZone) : '',
    until: content.until ? wallTime(content.until, timeZone) : '',
    where: content.in_hall === false ? 'nowhere' : hasPlaces ? 'chosen' : 'everywhere',
    zoneIds: [...zoneIds],
    screenIds: [...screenIds],
    onWebsite: content.on_website ?? true,
    isPinned: content.is_pinned ?? false,
  }
}

/** What is sent; seconds that the form does not show stay as `before` has them. */
export function contentOf(
  form: NoticeForm,
  timeZone: string,
  before: NoticeContent | null = null,
): NoticeContent {
  const isChosen = form.where === 'chosen'
  const kept = (text: string, was: string | null | undefined): string | null =>
    was && wallTime(was, timeZone) === text ? was : instantOf(text, timeZone)
  return {
    title: { zh: form.titleZh, en: form.titleEn },
    text: { zh: form.textZh, en: form.textEn },
    is_markdown: form.isMarkdown,
    begins_at: kept(form.beginsAt, before?.begins_at),
    until: kept(form.until, before?.until),
    in_hall: form.where !== 'nowhere',
    zone_ids: isChosen ? form.zoneIds : [],
    screen_ids: isChosen ? form.screenIds : [],
    on_website: form.onWebsite,
    is_pinned: form.isPinned,
  }
}

/** What the hall's clock shows at an instant, as date fields have it: `2026-11-23T08:30`. */
export function wallTime(at: string, timeZone: string): string {
  return wallOf(Date.parse(at), timeZone)
}

/** The instant at which the hall's clock shows the time of a date field; null for none. */
export function instantOf(text: string, timeZone: string): string | null {
  const asUtc = Date.parse(`${text}:00Z`)
  if (text === '' || Number.isNaN(asUtc)) return null
  // Twice: the first guess may lie on the other side of a change of the clock.
  let ms = asUtc
  for (let round = 0; round < 2; round++) ms -= Date.parse(`${wallOf(ms, timeZone)}:00Z`) - asUtc
  return new Date(ms).toISOString()
}

function wallOf(ms: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return format.format(ms).replace(' ', 'T')
}
