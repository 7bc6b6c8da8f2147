import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'
import type { LanguageState } from '@/shared/words/i18n'
import type { TicketView } from '@/wire/wire.gen'
import workerUrl from './notifier.js?url'
import { type News, PATTERNS_MS, REMINDERS_KEY } from './useAlerts'
import type { Words } from './words'

/** How a visitor may be told besides by vibration, on this phone. */
export const WAYS = ['sound', 'notification'] as const
export type Way = (typeof WAYS)[number]

const TONES_HZ = [660, 880]
const TONE_S = 0.32
const ROUNDS = { called: 3, near: 1 } as const
const LOUDNESS = 0.4

const chosen = shallowRef<readonly Way[]>(remembered())
let audio: AudioContext | undefined

/** The ways chosen, on this visit or an earlier one. */
export const ways: Readonly<ShallowRef<readonly Way[]>> = shallowReadonly(chosen)

// A page may make no sound before it was touched: one that comes back waits for the first touch.
if (chosen.value.includes('sound')) addEventListener('pointerdown', wake, { once: true })

/** Whether this browser can do it at all. */
export function isPossible(way: Way): boolean {
  if (way === 'sound') return 'AudioContext' in window
  return 'Notification' in window && 'serviceWorker' in navigator
}

/** Be told this way from now on, or no more; false when the visitor or the browser forbids it. */
export async function toggle(way: Way): Promise<boolean> {
  const isOn = chosen.value.includes(way)
  if (!isOn && way === 'notification' && (await Notification.requestPermission()) !== 'granted')
    return false
  chosen.value = isOn ? chosen.value.filter((other) => other !== way) : [...chosen.value, way]
  localStorage.setItem(REMINDERS_KEY, chosen.value.join(' '))
  if (!isOn && way === 'sound') {
    wake()
    chime(ROUNDS.near) // so that one hears how loud it is
  }
  return true
}

/** Tell the news in the ways chosen. */
export function remind(news: News, view: TicketView, words: LanguageState<Words>): void {
  if (chosen.value.includes('sound')) {
    wake()
    chime(ROUNDS[news])
  }
  if (chosen.value.includes('notification')) void notify(news, view, words)
}

async function notify(
  news: News,
  view: TicketView,
  { t, say }: LanguageState<Words>,
): Promise<void> {
  const zone = say(view.zone_name)
  const place = `${t('progress.goTo')} ${view.counter_no} ${t('progress.counterAfter')}`.trim()
  const title = news === 'called' ? place : t('progress.nearby', { zone })
  const notifier = await ready()
  await notifier.showNotification(`${view.number} · ${title}`, {
    body: zone,
    tag: 'yizhan',
    data: location.href,
    ...({ renotify: true, vibrate: PATTERNS_MS[news] } as NotificationOptions),
  })
}

/** What shows notifications: phones let workers do that only. */
async function ready(): Promise<ServiceWorkerRegistration> {
  const found = await navigator.serviceWorker.register(workerUrl)
  const worker = found.active ?? found.waiting ?? found.installing
  while (worker && worker.state !== 'activated' && worker.state !== 'redundant')
    await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }))
  return found
}

function wake(): void {
  audio ??= new AudioContext()
  void audio.resume()
}

/** Two tones, so many times. */
function chime(rounds: number): void {
  if (!audio) return
  for (let n = 0; n < rounds * TONES_HZ.length; n++) {
    const from = audio.currentTime + n * TONE_S
    const tone = audio.createOscillator()
    const loudness = audio.createGain()
    tone.frequency.value = TONES_HZ[n % TONES_HZ.length] ?? 0
    loudness.gain.setValueAtTime(LOUDNESS, from)
    loudness.gain.exponentialRampToValueAtTime(0.001, from + TONE_S)
    tone.connect(loudness).connect(audio.destination)
    tone.start(from)
    tone.stop(from + TONE_S)
  }
}

function remembered(): readonly Way[] {
  const text = localStorage.getItem(REMINDERS_KEY) ?? ''
  return WAYS.filter((way) => text.includes(way))
}
