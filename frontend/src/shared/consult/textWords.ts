import type { WordsOf } from '@/shared/words/types'
import type { TextCode } from '@/wire/wire.gen'

const text = {
  text_empty: '请先写点内容。',
  text_too_long: '内容太长，请控制在 1000 字以内，分几次说也可以。',
  text_too_many_lines: '行数太多，请合并成几段。',
  text_too_many_links: '链接太多，最多 3 个。',
  text_control: '内容里有无法显示的字符，请删去或重新输入。',
  text_bidi: '内容里有改变文字方向的隐藏字符，请重新输入。',
  text_invisible: '内容里有看不见的字符，请重新输入。',
  text_stacked: '内容里有叠加的符号，请删去。',
} as const satisfies Record<TextCode, string>

const zh = { consult: { text } } as const

export type TextWords = typeof zh

/** What the check of what was written says no with. */
export const textWords: WordsOf<TextWords> = {
  zh,
  en: {
    consult: {
      text: {
        text_empty: 'Write something first.',
        text_too_long: 'That is too long: 1,000 characters at most; say the rest after it.',
        text_too_many_lines: 'Too many lines; put some of them together.',
        text_too_many_links: 'Too many links: 3 at most.',
        text_control: 'There are characters that cannot be shown; delete them or type it again.',
        text_bidi: 'There are hidden characters that turn the text around; type it again.',
        text_invisible: 'There are characters that nobody sees; type it again.',
        text_stacked: 'There are signs piled on each other; delete them.',
      },
    },
  },
}
