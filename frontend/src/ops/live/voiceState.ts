import { clockSpan } from '@/shared/duration'
import type { OpsVoice } from '@/wire/wire.gen'
import { since } from './hall'
import type { Health } from './printers'

/** A call is skipped after 45 s, and an announcement takes about 12 s. */
const LATE_MS = 60_000

const BY = {
  recordings: 'live.by.recordings',
  edge: 'live.by.edge',
  'clips-edge': 'live.by.clips-edge',
  'clips-espeak': 'live.by.clips-espeak',
  espeak: 'live.by.espeak',
} as const

type Voice = keyof typeof BY

interface VoiceState {
  readonly words:
    | {
        readonly key:
          | 'live.ready'
          | 'live.muted'
          | 'live.silent'
          | 'live.untold'
          | 'live.voiceUnheard'
      }
    | { readonly key: 'live.unspoken'; readonly time: string }
  /** The words for the voice that spoke last; null where nobody hears it. */
  readonly by: (typeof BY)[Voice] | null
  readonly health: Health
}

function isVoice(name: string): name is Voice {
  return name in BY
}

/** How a zone's speakers do: one not heard of comes first, then no sound, then calls that nobody
 * spoke (VO9, VO10). */
export function voiceState(voice: OpsVoice, now: number): VoiceState {
  const ms = since(voice.unspoken_since, now)
  if (voice.is_silent) {
    return { words: { key: 'live.voiceUnheard' }, by: null, health: 'ill' }
  }
  if (voice.state === 'silent') return { words: { key: 'live.silent' }, by: null, health: 'ill' }
  if (ms !== null && ms >= LATE_MS) {
    return { words: { key: 'live.unspoken', time: clockSpan(ms) }, by: null, health: 'ill' }
  }
  if (voice.state === null) return { words: { key: 'live.untold' }, by: null, health: 'untold' }
  const by = isVoice(voice.voice) ? BY[voice.voice] : null
  return {
    words: { key: voice.state === 'muted' ? 'live.muted' : 'live.ready' },
    by,
    health: 'well',
  }
}
