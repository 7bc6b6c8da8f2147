import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApp, nextTick, shallowReactive, shallowRef } from 'vue'
import type { Hub, Watcher } from '@/hub/hub'
import { hubKey } from '@/hub/hub'
import { words } from '@/shared/board/words'
import { createWords } from '@/shared/words/i18n'
import type { BoardCall, BoardView, Show } from '@/wire/wire.gen'
import BoardApp from './BoardApp.vue'

const text = (zh: string): { zh: string; en: string } => ({ zh, en: `${zh} in English` })

function call(number: string, agoS: number, isLive: boolean): BoardCall {
  return {
    call_id: `call-${number}`,
    number,
    counter_id: 'W08',
    counter_no: 8,
    ticket_class: 'ordinary',
    called_at: new Date(Date.now() - agoS * 1000).toISOString(),
    repeat: 0,
    is_live: isLive,
  }
}

function board(changes: Partial<BoardView>): BoardView {
  return {
    type: 'board',
    hall_name: text('大厅'),
    zone_id: 'Z2',
    zone_name: text('二号厅'),
    time_zone: 'Asia/Shanghai',
    day: '2026-11-23',
    is_open: true,
    calls: [],
    notices: [],
    queues: [
      {
        queue_id: 'E',
        name: text('本科生院'),
        zone_id: 'Z2',
        waiting: 12,
        open_counters: 2,
        wait_min_s: 600,
        wait_max_s: 1200,
        letter: 'B',
        stop: null,
        is_full: false,
      },
    ],
    counters: [],
    ...changes,
  }
}

const watchers = new Set<Watcher<BoardView>>()
let unmount = (): void => undefined

async function show(changes: Partial<BoardView>): Promise<string> {
  const shown: Show = { type: 'show', topic: 'board:Z1', epoch: 'e', seq: 7, view: board(changes) }
  for (const watcher of watchers) watcher.onView(board(changes), shown)
  await nextTick()
  return (document.body.textContent ?? '').replace(/\s+/g, ' ')
}

/** The rows of the list that have one of these classes. */
function rows(...emphases: string[]): string[] {
  const found = document.querySelectorAll(emphases.map((name) => `.list .${name}`).join())
  return [...found].map((row) => row.querySelector('.ticket')?.textContent ?? '')
}

const notice = (id: string, until: string | null): BoardView['notices'][number] => ({
  notice_id: id,
  text: text(id),
  until,
})

beforeEach(() => {
  history.replaceState(null, '', '/board/Z2')
  const hub: Hub = {
    status: shallowReactive({
      phase: 'open',
      closeCode: null,
      isStale: false,
      staleSince: null,
      clockOffset: 0,
    }),
    hallId: shallowRef('main'),
    watch(_topic, given) {
      watchers.add(given as unknown as Watcher<BoardView>)
      return () => undefined
    },
    do: () => Promise.resolve({ type: 'done', seq: 1, result: {} }),
    reconnect: () => undefined,
    close: () => undefined,
  }
  const app = createApp(BoardApp)
  app.use(createWords(words, 'zh'))
  app.provide(hubKey, hub)
  app.mount(document.body)
  unmount = () => app.unmount()
})

afterEach(() => unmount())

it('shows the calls, who waits, and how long', async () => {
  const shown = await show({ calls: [call('E017', 2, true)] })
  for (const words of ['E017', '正在呼叫', '本科生院', '12', '10–20 分钟']) {
    expect(shown).toContain(words)
  }
})

it('says that calling will begin while nobody has been called', async () => {
  expect(await show({})).toContain('即将开始叫号')
})

it('says that the day has ended, whatever was called last', async () => {
  const shown = await show({ is_open: false, calls: [call('E017', 2, false)] })
  expect(shown).toContain('今天的服务已经结束')
  for (const words of ['E017', '最近呼叫', '业务队列', '请留意屏幕']) {
    expect(shown).not.toContain(words)
  }
})

it('frames the calls that are still awaited, and no others', async () => {
  await show({
    calls: [
      call('E020', 1, true),
      call('E019', 4, false), // came at once
      call('E018', 8, true),
      call('E017', 60, true), // not here yet
      call('E016', 90, false),
    ],
  })
  expect(rows('new', 'awaited')).toEqual(['E018', 'E017'])
  expect(rows('new')).toEqual(['E018'])
  expect(rows('past')).toEqual(['E019', 'E016'])
})

it.each([
  [2, true, 'new', '正在呼叫'],
  [20, true, 'awaited', '正在呼叫'],
  [2, false, 'past', '最近呼叫'],
] as const)(
  '%i s after the newest call, awaited: %s, it is %s',
  async (agoS, isLive, name, title) => {
    expect(await show({ calls: [call('E020', agoS, isLive)] })).toContain(title)
    expect(document.querySelector('.newest')?.classList.contains(name)).toBe(true)
  },
)

it('shows a notice in both languages until its time is past', async () => {
  const until = (ms: number): string => new Date(Date.now() + ms).toISOString()
  const shown = await show({ notices: [notice('电梯检修', until(60_000))] })
  expect(shown).toContain('电梯检修电梯检修 in English')
  expect(await show({ notices: [notice('电梯检修', until(-1_000))] })).not.toContain('电梯检修')
})

it('shows one of several notices at a time, and how many there are', async () => {
  const shown = await show({ notices: [notice('甲', null), notice('乙', null)] })
  expect([shown.includes('甲'), shown.includes('乙')].filter(Boolean)).toHaveLength(1)
  expect(shown).toMatch(/[12]\/2/)
})

it('goes on showing notices when the day has ended', async () => {
  const shown = await show({ is_open: false, notices: [notice('明日停办', null)] })
  expect(shown).toContain('明日停办')
})

it('tells_the_agent_beside_it_which_view_it_shows__SC1', async () => {
  expect(window.yizhanScreen).toMatchObject({ epoch: null, isOpen: null })
  await show({ is_open: true })
  expect(window.yizhanScreen).toMatchObject({ epoch: 'e', seq: 7, isOpen: true, isStale: false })
})
