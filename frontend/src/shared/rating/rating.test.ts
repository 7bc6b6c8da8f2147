import { expect, test } from 'vitest'
import { EMPTY, LEVELS, tagsOf, toggled, withLevel } from './rating'
import { ratingWords } from './words'

test('tags_that_do_not_go_with_another_level_are_dropped__EV1', () => {
  const good = toggled(withLevel(EMPTY, 5), 'quick')
  expect(withLevel(good, 4).tags).toEqual(['quick'])
  expect(withLevel(good, 1)).toEqual({ level: 1, tags: [], comment: '' })
})

test('tag_is_taken_back_by_the_second_touch', () => {
  const once = toggled(withLevel(EMPTY, 3), 'slow')
  expect(once.tags).toEqual(['slow'])
  expect(toggled(once, 'slow').tags).toEqual([])
})

test('every_level_and_tag_has_words_in_both_languages__EV1', () => {
  for (const { rating } of [ratingWords.zh, ratingWords.en]) {
    for (const level of LEVELS) {
      expect(rating.level[`l${level}`].length).toBeGreaterThan(1)
      expect(tagsOf(level).length).toBeGreaterThan(2)
      for (const tag of tagsOf(level)) expect(rating.tag[tag].length).toBeGreaterThan(2)
    }
  }
})
