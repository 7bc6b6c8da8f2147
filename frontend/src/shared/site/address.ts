import { linkTo } from '@/shared/address'
import type { Language } from '@/shared/words/types'

const ENGLISH = /^\/en(?=\/|$)/

/** The language that the page's address asks for: `/en/…` is English. */
export function languageInAddress(path: string = location.pathname): Language {
  return ENGLISH.test(path) ? 'en' : 'zh'
}

/** The parts of the page's address without its language: `['book', 'HR-01']` of `/en/book/HR-01`. */
export function partsInAddress(path: string = location.pathname): string[] {
  return path
    .replace(ENGLISH, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
}

/** The address of a page of the website, of the same hall. */
export function siteLink(language: Language, ...parts: string[]): string {
  return language === 'en' ? linkTo('en', ...parts) : linkTo(...parts)
}

/** The service that a guide's link brings along; null when the page was opened without one. */
export function serviceInAddress(): string | null {
  return new URLSearchParams(location.search).get('service')
}

/** This page's own address in the language. */
export function addressIn(language: Language): string {
  const path = location.pathname.replace(ENGLISH, '')
  const prefix = language === 'en' ? '/en' : ''
  return `${prefix}${path === '/' ? '' : path}${location.search}${location.hash}` || '/'
}
