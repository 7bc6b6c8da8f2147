import type { PartName } from '@/ops/content/guides/guide'
import { type GuideWords, guideWords } from '@/ops/content/guides/words'
import type { useLanguage } from '@/shared/words/i18n'
import type { ExchangeWords } from './words'

type Tell = ReturnType<typeof useLanguage<ExchangeWords & GuideWords>>['t']

/** `steps[3].zh` as people call it; within a part fields are called as in the sheets. */
export function fieldName(field: string, t: Tell): string {
  const [part = '', ...within] = field.replaceAll('[', '.[').split('.')
  const ending = within.at(-1)
  const isLanguage = ending === 'zh' || ending === 'en'
  const name = part in guideWords.zh.guidePart ? t(`guidePart.${part as PartName}`) : part
  const rest = isLanguage ? within.slice(0, -1) : within
  return [name, ...rest, ...(isLanguage ? [t(`exchange.language.${ending}`)] : [])].join(' ')
}

/** A JSON pointer into a guide, which counts from 0, as a field, which counts from 1. */
export function fieldAt(pointer: string): string {
  const [part = '', ...within] = pointer.split('/').slice(1)
  return (
    part + within.map((one) => (/^\d+$/.test(one) ? `[${Number(one) + 1}]` : `.${one}`)).join('')
  )
}
