import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { type Command, CommandError, type Hub, type Outcome } from '@/hub/hub'
import { type Acts, refusalKey, useActs } from './useActs'

const SEND: Command = { type: 'send_ticket', ticket_id: 't', to_queue_id: 'B', reason: 'r' }
const BACK: Command = { type: 'send_ticket', ticket_id: 't', to_queue_id: 'A', reason: 'r' }
const DONE: Outcome = { type: 'done', seq: 1, result: { ticket_id: 't' } }

describe('an act of the desk', () => {
  const ask = vi.fn<Hub['do']>()
  const status = { phase: 'open' }
  const onExpired = vi.fn()
  let acts: Acts

  beforeEach(() => {
    ask.mockReset()
    onExpired.mockReset()
    status.phase = 'open'
    const hub = { status, do: ask } as unknown as Hub
    acts = effectScope().run(() => useActs(hub, onExpired)) as Acts
  })

  it('can be taken back as long as its note stands', async () => {
    ask.mockResolvedValue(DONE)
    await acts.act('send', SEND, () => ({
      tone: 'good',
      key: 'greeter.done.sent',
      undo: { command: BACK, note: { tone: 'good', key: 'greeter.done.sentBack' } },
    }))
    expect(acts.note.value?.key).toBe('greeter.done.sent')
    await acts.undo()
    expect(ask.mock.lastCall?.[0]).toEqual(BACK)
    expect(acts.note.value?.key).toBe('greeter.done.sentBack')
    expect(await acts.undo()).toBeNull()
  })

  it('is not sent while the link is down, and says so', async () => {
    status.phase = 'waiting'
    expect(await acts.act('send', SEND, () => null)).toBeNull()
    expect(ask).not.toHaveBeenCalled()
    expect(acts.note.value).toMatchObject({ tone: 'bad', key: 'greeter.linkDown' })
  })

  it('tells a refusal in words for staff', async () => {
    ask.mockResolvedValue({ type: 'refused', code: 'person_in_queue' })
    await acts.act('take', SEND, () => null)
    expect(acts.note.value?.key).toBe('greeter.refusal.person_in_queue')
    expect(refusalKey('ticket_not_waiting')).toBe('refusal.ticket_not_waiting')
  })

  it('asks to sign in again when the session has ended', async () => {
    ask.mockRejectedValue(new CommandError('unauthenticated'))
    await acts.act('send', SEND, () => null)
    expect(onExpired).toHaveBeenCalledOnce()
    expect(acts.note.value).toBeNull()
  })

  it('waits for the one before it', async () => {
    let settle: (outcome: Outcome) => void = () => {}
    ask.mockReturnValueOnce(new Promise((resolve) => (settle = resolve)))
    const first = acts.act('send', SEND, () => null)
    expect(acts.pending.value).toBe('send')
    expect(await acts.act('cancel', SEND, () => null)).toBeNull()
    settle(DONE)
    await first
    expect(acts.pending.value).toBeNull()
    expect(ask).toHaveBeenCalledOnce()
  })
})
