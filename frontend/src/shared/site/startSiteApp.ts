import type { Component } from 'vue'
import { hallPlace } from '@/hub/place'
import { startHallApp } from '@/shared/whichHall/startHallApp'
import type { WordsOf } from '@/shared/words/types'
import { languageInAddress } from './address'

/** `startHallApp` for a page of the website, whose language stands in its address. */
export function startSiteApp<T extends object>(root: Component, words: WordsOf<T>): void {
  startHallApp(root, { words, place: hallPlace, language: languageInAddress() })
}
