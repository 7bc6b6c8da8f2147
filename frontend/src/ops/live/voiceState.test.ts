import { describe, expect, it } from 'vitest'
import type { OpsVoice } from '@/wire/wire.gen'
import { voiceState } from './voiceState'

const NOW = Date.parse('2026-11-23T02:00:00Z')

function voice(change: Partial<OpsVoice> = {}): OpsVoice {
  return {
    zone_id: 'Z1',
    unspoken_since: null,
    state: 'heard',
    is_silent: false,
    voice: 'edge',
    detail: 'alsa',
    ...change,
  }
}

describe('voiceState', () => {
  it('says which voice spoke', () => {
    expect(voiceState(voice(), NOW)).toEqual({
      words: { key: 'live.ready' },
      by: 'live.by.edge',
      health: 'well',
    })
    expect(voiceState(voice({ voice: '' }), NOW).by).toBeNull()
  })

  it('is well where no loudspeaker is wanted', () => {
    const found = voiceState(voice({ state: 'muted', voice: 'espeak' }), NOW)
    expect(found).toEqual({ words: { key: 'live.muted' }, by: 'live.by.espeak', health: 'well' })
  })

  it('is not well without sound', () => {
    const found = voiceState(voice({ state: 'silent', detail: 'no sound device' }), NOW)
    expect(found).toEqual({ words: { key: 'live.silent' }, by: null, health: 'ill' })
  })

  it('is not well when its program is not heard of, whatever it told last', () => {
    const found = voiceState(voice({ is_silent: true }), NOW)
    expect(found).toEqual({ words: { key: 'live.voiceUnheard' }, by: null, health: 'ill' })
  })

  it('waits a minute for a call to be spoken, whether or not speakers were heard of', () => {
    const early = voice({ unspoken_since: '2026-11-23T01:59:01Z' })
    expect(voiceState(early, NOW).health).toBe('well')
    const late = voice({ unspoken_since: '2026-11-23T01:59:00Z', state: null })
    expect(voiceState(late, NOW)).toEqual({
      words: { key: 'live.unspoken', time: '1:00' },
      by: null,
      health: 'ill',
    })
  })
})
