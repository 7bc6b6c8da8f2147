import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import type { I18n } from 'vue-i18n'
import { createI18n, useI18n } from 'vue-i18n'
import type { Text } from '@/wire/wire.gen'
import { compile } from './compile'
import { en } from './en'
import type { KeyOf, Language, WordsOf } from './types'
import { zh } from './zh'

const LANGUAGE_KEY = 'yizhan.language'

export type SharedWords = typeof zh
export type WordKey<T> = KeyOf<SharedWords> | KeyOf<T>
/** What stands in a message's braces; `n` also chooses between singular and plural. */
export type Values = Readonly<Record<string, string | number>>

/** The words of a page in both languages, beginning in the language chosen last. */
export function createWords(own: WordsOf<object>, first?: Language): I18n {
  const language = first ?? storedLanguage()
  const i18n = createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'zh',
    messageCompiler: compile,
    messages: { zh: { ...zh, ...own.zh }, en: { ...en, ...own.en } },
  })
  document.documentElement.lang = tagOf(language)
  return i18n as unknown as I18n
}

/** Add words that a part of the page brings along, loaded after the page; for its setup. */
export function useMoreWords(own: WordsOf<object>): void {
  const { mergeLocaleMessage } = useI18n({ useScope: 'global' })
  mergeLocaleMessage('zh', own.zh)
  mergeLocaleMessage('en', own.en)
}

export interface LanguageState<T> {
  readonly language: ComputedRef<Language>
  setLanguage(language: Language): void
  /** The words of `key`, in the page's language or in the one given. */
  t(key: WordKey<T>, values?: Values, language?: Language): string
  /** The words of `key` in both languages, for screens that nobody switches. */
  both(key: WordKey<T>, values?: Values): Text
  /** The wording of the hall's own text, in the page's language or in the one given. */
  say(text: Text, language?: Language): string
}

/** The page's language and words; `T` is the type of the app's own Chinese words. */
export function useLanguage<T = Record<never, never>>(): LanguageState<T> {
  const { t: translate, locale } = useI18n({ useScope: 'global' })
  const language = computed<Language>(() => (locale.value === 'en' ? 'en' : 'zh'))
  function t(key: WordKey<T>, values: Values = {}, inLanguage: Language = language.value): string {
    const count = values.n
    const options = { locale: inLanguage, ...(typeof count === 'number' && { plural: count }) }
    return translate(key, values, options)
  }

  return {
    language,
    setLanguage(next) {
      locale.value = next
      rememberLanguage(next)
      document.documentElement.lang = tagOf(next)
    },
    t,
    both: (key, values) => ({ zh: t(key, values, 'zh'), en: t(key, values, 'en') }),
    say: (text, inLanguage = language.value) => text[inLanguage],
  }
}

/** Begin in this language on pages whose address says nothing of it. */
export function rememberLanguage(language: Language): void {
  localStorage.setItem(LANGUAGE_KEY, language)
}

function tagOf(language: Language): string {
  return language === 'en' ? 'en' : 'zh-CN'
}

function storedLanguage(): Language {
  return localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'zh'
}
