import type { WordsOf } from '@/shared/words/types'

const zh = {
  enrol: {
    title: '这台设备还没有登记',
    code: '登记码',
    steps: '请大厅管理员打开“大厅运行”的“设备”页，输入登记码。',
    waiting: '登记后本页会自动打开，无需刷新。',
    asking: '正在取登记码…',
    away: '暂时连不上大厅，正在重试…',
    wants: '本机：{place}',
  },
} as const

export type Words = typeof zh
export const words: WordsOf<Words> = {
  zh,
  en: {
    enrol: {
      title: 'This device is not enrolled yet',
      code: 'Enrolment code',
      steps: 'A hall supervisor opens Hall operations, page Devices, and enters the code.',
      waiting: 'This page opens by itself once that is done.',
      asking: 'Asking for a code…',
      away: 'The hall cannot be reached; trying again…',
      wants: 'This is {place}',
    },
  },
}
