import type { Ref, ShallowRef } from 'vue'
import { computed, ref, shallowReadonly, shallowRef, watch } from 'vue'
import { useHub } from '@/hub/hub'
import { fetchFigures, fetchGuide, fetchSpans } from '@/hub/statistics'
import { troubleKey } from '@/shared/trouble'
import { type SharedWords, useLanguage, type WordKey } from '@/shared/words/i18n'
import type {
  CounterSpan,
  Dimension,
  FigureCell,
  FigureRow,
  Figures,
  MeasureName,
  StatisticsGuide,
} from '@/wire/wire.gen'
import { isSound, lengthOf, type Period, periodOf, type SpanName } from './period'

/** Figures of the strip at the top. */
export const KEY_FIGURES = [
  'issued',
  'served',
  'wait_mean',
  'wait_p90',
  'handling_mean',
  'abandoned_rate',
  'accepted',
  'decided_rate',
  'on_time_rate',
  'satisfied_rate',
  'overall_rate',
  'given_rate',
] as const

const COURSE_DAYS_MAX = 62

/** What each part of the page asks: its dimensions and its measures. */
const PARTS = {
  key: [[], KEY_FIGURES],
  heat: [
    ['weekday', 'half_hour'],
    ['issued', 'wait_mean', 'wait_p90'],
  ],
  levels: [['level'], ['given']],
  ratings: [
    ['department'],
    [
      'given',
      'satisfied_rate',
      'overall_rate',
      'bad_rate',
      'given_rate',
      'called_back_rate',
      'answered_rate',
      'flagged',
    ],
  ],
  states: [['state'], ['accepted']],
  cases: [
    ['department'],
    [
      'accepted',
      'decided',
      'decided_rate',
      'on_time_rate',
      'late_rate',
      'visits_mean',
      'once_rate',
    ],
  ],
  windows: [['counter'], ['served', 'handling_mean', 'busy_rate', 'open_minutes']],
  attendance: [['department'], ['attendance_rate', 'on_post_rate', 'late', 'early', 'missing']],
  origins: [['origin'], ['issued']],
  channels: [['channel'], ['issued']],
} as const satisfies Record<string, readonly [readonly Dimension[], readonly string[]]>

export type PartName = keyof typeof PARTS | 'course'
export type Parts = Readonly<Record<PartName, Figures>>

export interface Statistics {
  readonly guide: Readonly<ShallowRef<StatisticsGuide | null>>
  readonly span: Ref<SpanName>
  readonly period: Ref<Period>
  readonly parts: Readonly<ShallowRef<Parts | null>>
  readonly spans: Readonly<ShallowRef<readonly CounterSpan[]>>
  /** The day of the windows' picture. */
  readonly spanDay: Ref<string>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<WordKey<SharedWords> | null>>
  load(): Promise<void>
  measure(id: string): MeasureName | undefined
  /** The name of a value of a dimension; a dash for what has none. */
  name(dimension: Dimension, key: string | null): string
  /** The row's figure of the measure. */
  cell(figures: Figures, row: FigureRow, measureId: string): FigureCell | undefined
}

/** The figures of a period that is chosen; asked for anew when it changes. */
export function useStatistics(): Statistics {
  const hub = useHub()
  const { say } = useLanguage()
  const guide = shallowRef<StatisticsGuide | null>(null)
  const span = ref<SpanName>('month')
  const period = ref<Period>({ from: '', to: '' })
  const parts = shallowRef<Parts | null>(null)
  const spans = shallowRef<readonly CounterSpan[]>([])
  const spanDay = ref('')
  const isBusy = ref(false)
  const trouble = shallowRef<WordKey<SharedWords> | null>(null)
  let asked = 0

  const measures = computed(() => new Map(guide.value?.measures.map((m) => [m.measure_id, m])))
  const names = computed(
    () =>
      new Map(
        guide.value?.names.map(({ dimension, names }) => [
          dimension,
          new Map(names.map(({ id, name }) => [id, name])),
        ]),
      ),
  )

  async function load(): Promise<void> {
    const hallId = hub.hallId.value
    if (hallId === null) return
    asked += 1
    const mine = asked
    isBusy.value = true
    try {
      if (guide.value === null) {
        guide.value = await fetchGuide(hallId)
        period.value = periodOf('month', guide.value.today)
        return // the period's change asks
      }
      if (!isSound(period.value)) return
      const found = await fetchParts(hallId, period.value)
      if (mine !== asked) return
      parts.value = found
      trouble.value = null
      spanDay.value = found.course.rows.at(-1)?.keys[0]?.slice(0, 10) ?? period.value.to
    } catch (error) {
      if (mine === asked) trouble.value = troubleKey(error)
    } finally {
      if (mine === asked) isBusy.value = false
    }
  }

  async function loadSpans(): Promise<void> {
    const hallId = hub.hallId.value
    const day = spanDay.value
    if (hallId === null || day.length !== 10) {
      spans.value = []
      return
    }
    try {
      const found = await fetchSpans(hallId, day)
      if (day === spanDay.value) spans.value = found
    } catch (error) {
      trouble.value = troubleKey(error)
    }
  }

  watch(() => hub.hallId.value, load, { immediate: true })
  watch(period, load, { deep: true })
  watch(spanDay, loadSpans)

  return {
    guide: shallowReadonly(guide),
    span,
    period,
    parts: shallowReadonly(parts),
    spans: shallowReadonly(spans),
    spanDay,
    isBusy,
    trouble: shallowReadonly(trouble),
    load,
    measure: (id) => measures.value.get(id),
    name(dimension, key) {
      if (key === null) return '—'
      const found = names.value.get(dimension)?.get(key)
      return found ? say(found) : key
    },
    cell: (figures, row, measureId) => row.cells[figures.measure_ids.indexOf(measureId)],
  }
}

async function fetchParts(hallId: string, { from, to }: Period): Promise<Parts> {
  const by = lengthOf({ from, to }) > COURSE_DAYS_MAX ? 'month' : 'day'
  const course = {
    by: [by],
    measures: ['issued', 'served', 'wait_mean', 'satisfied_rate'],
  } as const
  const asked = [
    ...Object.entries(PARTS).map(([name, [by, measures]]) => ({ name, by, measures })),
    { name: 'course', ...course },
  ]
  const found = await Promise.all(
    asked.map(async ({ name, by, measures }) => [
      name,
      await fetchFigures(hallId, { from, to, by, measures }),
    ]),
  )
  return Object.fromEntries(found) as Parts
}
