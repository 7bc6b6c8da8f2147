import type { WordsOf } from '@/shared/words/types'

const zh = {
  calendar: {
    title: '{year} 年工作日历',
    previous: '上一年',
    next: '下一年',
    count: '{n} 个工作日',
    provisional:
      '{year} 年放假安排尚未公布：现按周一至周五推算，涉及这一年的期限标为“可能变动”。照通知改好后保存，即为公布。',
    readOnly: '您可以查看，修改请联系大厅主管。',
    hint: '点日期改为上班或放假；也可用方向键移动、空格改变。',
    weekdays: '一二三四五六日',
    month: '{n} 月',
    work: '班',
    rest: '休',
    legend: { usual: '工作日', weekend: '周末', rest: '放假', work: '调休上班' },
    day: { worked: '{date}，上班', free: '{date}，休息', named: '{day}：{name}' },
    entries: '与平时不同的日子',
    none: '这一年没有与周一至周五不同的日子。',
    name: '{date} 的名称',
    namePlaceholder: '如：国庆节',
    asUsual: '恢复平时',
    changed: '{n} 处改动未保存',
    saved: '已保存，在办件的期限会在几分钟内重新计算。',
    save: '保存并重算期限',
    announce: '保存并公布',
    discard: '放弃改动',
  },
} as const

export type CalendarWords = typeof zh
export const calendarWords: WordsOf<CalendarWords> = {
  zh,
  en: {
    calendar: {
      title: 'Working days {year}',
      previous: 'Year before',
      next: 'Year after',
      count: '{n} working day | {n} working days',
      provisional:
        'The holidays of {year} are not announced: Monday to Friday are supposed, and due dates that touch the year say that they may move. Enter them and save; that announces the year.',
      readOnly: 'You may look; a supervisor changes it.',
      hint: 'Click a day to make it worked or free; arrows move, the space bar changes.',
      weekdays: 'MTWTFSS',
      month: '{n}',
      work: 'W',
      rest: 'H',
      legend: {
        usual: 'Working day',
        weekend: 'Weekend',
        rest: 'Holiday',
        work: 'Worked instead',
      },
      day: { worked: '{date}, worked', free: '{date}, free', named: '{day}: {name}' },
      entries: 'Days unlike others',
      none: 'No day of this year differs from Monday to Friday.',
      name: 'Name of {date}',
      namePlaceholder: 'Such as: National Day',
      asUsual: 'As usual',
      changed: '{n} change not saved | {n} changes not saved',
      saved: 'Saved. The due dates of open cases follow within minutes.',
      save: 'Save and count anew',
      announce: 'Save and announce',
      discard: 'Discard changes',
    },
  },
}
