import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, nextTick, shallowReactive, shallowRef } from 'vue'
import type { Command, Hub, HubStatus, Outcome, Watcher } from '@/hub/hub'
import { hubKey } from '@/hub/hub'
import { createWords } from '@/shared/words/i18n'
import type { Language } from '@/shared/words/types'
import type { Show, TicketView } from '@/wire/wire.gen'
import ProgressApp from './ProgressApp.vue'
import { words } from './words'

const TOKEN = 'a1b2c3'
const WAITING: TicketView = {
  type: 'ticket',
  number: 'B023',
  state: 'waiting',
  hall_name: { zh: '大厅', en: 'Hall' },
  queue_name: { zh: '人事处', en: 'Human Resources' },
  zone_name: { zh: '一号厅', en: 'Hall 1' },
  service_names: [{ zh: '在职证明', en: 'Certificate' }],
  ticket_class: 'care',
  time_zone: 'Asia/Shanghai',
  day: '2026-11-23',
  issued_at: '2026-11-23T01:00:00Z',
  ahead: 12,
  waiting: 13,
  open_counters: 2,
  wait_min_s: 600,
  wait_max_s: 1200,
  counter_id: null,
  counter_no: null,
  called_at: null,
  recalls: 0,
  serving_at: null,
  held_at: null,
  passed_at: null,
  returns_left: 2,
  return_places: 3,
  can_return: false,
  can_delay: false,
  delay_places: 3,
  can_cancel: true,
  can_evaluate: false,
  level: null,
  notices: [],
}
const AT_COUNTER = { ahead: null, counter_id: 'W05', counter_no: 5, can_cancel: false } as const
const CALLED = {
  ...WAITING,
  ...AT_COUNTER,
  state: 'called',
  called_at: '2026-11-23T01:30:00Z',
} as const
const PASSED = { ...CALLED, state: 'passed', can_cancel: true, can_return: true } as const

let status: { -readonly [K in keyof HubStatus]: HubStatus[K] }
let watcher: Watcher<TicketView>
let commands: Command[]
let answer: Outcome
let vibrate: ReturnType<typeof vi.fn>
let unmount = (): void => undefined

function mount(language: Language = 'zh'): void {
  const hub: Hub = {
    status,
    hallId: shallowRef('main'),
    watch(_topic, given) {
      watcher = given as unknown as Watcher<TicketView>
      return () => undefined
    },
    do(command) {
      commands.push(command)
      return Promise.resolve(answer)
    },
    reconnect: () => undefined,
    close: () => undefined,
  }
  const app = createApp(ProgressApp)
  app.use(createWords(words, language))
  app.provide(hubKey, hub)
  app.mount(document.body)
  unmount = () => app.unmount()
}

async function show(view: TicketView): Promise<string> {
  watcher.onView(view, {} as Show)
  await nextTick()
  return text()
}

const text = (): string => (document.body.textContent ?? '').replace(/\s+/g, ' ')

async function press(selector: string): Promise<void> {
  document.querySelector<HTMLButtonElement>(selector)?.click()
  await nextTick()
  await nextTick()
}

beforeEach(() => {
  history.replaceState(null, '', `/t/${TOKEN}`)
  status = shallowReactive({
    phase: 'open',
    closeCode: null,
    isStale: false,
    staleSince: null,
    clockOffset: 0,
  })
  commands = []
  answer = { type: 'done', seq: 1, result: {} }
  vibrate = vi.fn()
  vi.stubGlobal('navigator', { vibrate })
})

afterEach(() => {
  unmount()
  vi.unstubAllGlobals()
})

it('says that it looks for the ticket until there is one', () => {
  mount()
  expect(text()).toContain('正在查找您的号票')
})

it('shows number, class, people ahead and the wait as a range', async () => {
  mount()
  const shown = await show(WAITING)
  for (const words of ['B023', '爱心', '人事处', '12 人', '10–20 分钟', '等候中', '09:00']) {
    expect(shown).toContain(words)
  }
  expect(document.title).toContain('B023')
})

it('says in English what it says in Chinese', async () => {
  mount('en')
  const shown = await show({ ...WAITING, ahead: 1 })
  for (const words of ['1 person', 'Human Resources', 'Care', '10–20 min', 'Almost your turn']) {
    expect(shown).toContain(words)
  }
})

it('says that no window is open rather than guess a wait', async () => {
  mount()
  const shown = await show({ ...WAITING, open_counters: 0, wait_min_s: null, wait_max_s: null })
  expect(shown).toContain('暂无窗口开放')
})

it('names the window when called, and says so again when called again', async () => {
  mount()
  expect(await show(CALLED)).toMatch(/请到 ?5 ?号窗口/)
  expect(await show({ ...CALLED, recalls: 1 })).toContain('已重呼 1 次')
})

it('vibrates when called, called again and two ahead, but not for how it was found', async () => {
  mount()
  await show(WAITING)
  await show({ ...WAITING, ahead: 3 })
  expect(vibrate).toHaveBeenCalledTimes(0)
  await show({ ...WAITING, ahead: 2 })
  expect(vibrate).toHaveBeenCalledTimes(1)
  await show({ ...WAITING, ahead: 1 })
  expect(vibrate).toHaveBeenCalledTimes(1)
  await show(CALLED)
  await show(CALLED)
  expect(vibrate).toHaveBeenCalledTimes(2)
  await show({ ...CALLED, recalls: 1 })
  expect(vibrate).toHaveBeenCalledTimes(3)
})

it('does not break where phones cannot vibrate', async () => {
  vi.stubGlobal('navigator', {})
  mount()
  await show(WAITING)
  expect(await show(CALLED)).toContain('请到')
})

it('returns a passed ticket by its token (PS2)', async () => {
  mount()
  expect(await show(PASSED)).toContain('排在 3 位等候者之后')
  await press('button.return')
  expect(commands).toEqual([{ type: 'return_ticket', ticket_token: TOKEN }])
})

it('offers no return that the hub would refuse, and says why', async () => {
  mount()
  expect(await show({ ...PASSED, can_return: false, returns_left: 0 })).toContain('返回次数已用完')
  expect(document.querySelector('button.return')).toBeNull()
})

it('cancels only after asking', async () => {
  mount()
  await show(WAITING)
  await press('button.cancel')
  expect(text()).toContain('确定取消 B023 吗')
  await press('button.no')
  expect(commands).toEqual([])
  await press('button.cancel')
  await press('button.yes')
  expect(commands).toEqual([{ type: 'cancel_ticket', ticket_token: TOKEN }])
})

it('lets others go first only after asking (TK6)', async () => {
  mount()
  expect(await show(WAITING)).not.toContain('我会晚到')
  expect(await show({ ...WAITING, can_delay: true })).toContain('我会晚到，让 3 位先办')
  await press('button.delay')
  expect(text()).toContain('只能让一次')
  await press('button.no')
  expect(commands).toEqual([])
  await press('button.delay')
  await press('button.yes')
  expect(commands).toEqual([{ type: 'delay_ticket', ticket_token: TOKEN }])
})

it('offers no delay where the hall allows none', async () => {
  mount()
  await show({ ...WAITING, can_delay: true, delay_places: 0 })
  expect(document.querySelector('button.delay')).toBeNull()
})

it('says what a refusal means, until the ticket moves on', async () => {
  mount()
  answer = { type: 'refused', code: 'returns_used_up' }
  await show(PASSED)
  await press('button.return')
  expect(text()).toContain('返回次数已用完，请重新取号')
  expect(await show(WAITING)).not.toContain('请重新取号')
})

it.each([
  ['serving', '正在 5 号窗口办理'],
  ['held', '5 号窗口为您保留'],
  ['done', '已办结'],
  ['cancelled', '号票已取消'],
  ['abandoned', '号票已作废'],
  ['expired', '号票已过期'],
] as const)('says what %s means and offers nothing more to do', async (state, words) => {
  mount()
  expect(await show({ ...CALLED, state })).toContain(words)
  expect(document.querySelectorAll('.actions button')).toHaveLength(0)
})

it.each([
  ['the hub knows no such ticket', () => watcher.onFault?.('unknown_topic')],
  ['no hall knows it', () => Object.assign(status, { phase: 'refused', closeCode: 4404 })],
])('says that there is no ticket when %s', async (_when, happen) => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({}, { status: 404 })))
  mount()
  happen()
  await vi.waitFor(() => expect(text()).toContain('没有找到这张号票'))
})

it('lets the visit of an earlier day be rated, and shows what was said (EV2)', async () => {
  const visit = { ...CALLED, state: 'done', can_evaluate: true }
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(visit)))
  mount()
  watcher.onFault?.('unknown_topic')
  await vi.waitFor(() => expect(text()).toContain('您对本次服务满意吗'))
  expect(text()).toContain('11月23日')
  document.querySelector<HTMLInputElement>('input[value="4"]')?.click()
  await nextTick()
  visit.can_evaluate = false
  Object.assign(visit, { level: 4 })
  document.querySelector<HTMLFormElement>('form')?.requestSubmit()
  await vi.waitFor(() => expect(text()).toContain('您的评价：满意'))
  expect(commands).toMatchObject([{ type: 'evaluate', ticket_token: TOKEN, level: 4 }])
})

it('keeps what it showed and marks it when the hub falls silent', async () => {
  mount()
  await show(WAITING)
  status.isStale = true
  status.staleSince = Date.parse('2026-11-23T01:20:05Z')
  await nextTick()
  expect(text()).toContain('数据更新中断')
  expect(text()).toContain('09:20:05')
  expect(text()).toContain('12 人')
})

it('shows what staff want read in the zone', async () => {
  mount()
  const notice = { notice_id: 'N1', text: { zh: '电梯检修', en: 'Lift' }, until: null }
  expect(await show({ ...WAITING, notices: [notice] })).toContain('电梯检修')
})
