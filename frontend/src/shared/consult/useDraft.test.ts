import { beforeEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { useDraft } from './useDraft'

beforeEach(() => sessionStorage.clear())

test('the same words keep their id through a reload, other words have another', async () => {
  const first = useDraft('x')
  first.text.value = '校园卡'
  await nextTick()
  const id = first.id()
  const again = useDraft('x')
  expect([again.text.value, again.id()]).toEqual(['校园卡', id])
  again.text.value = '校园卡丢了'
  await nextTick()
  expect(again.id()).not.toBe(id)
})

test('what was sent is kept no longer, and what is kept is not always sound', async () => {
  const draft = useDraft('x')
  draft.text.value = '问一下'
  await nextTick()
  draft.clear()
  await nextTick()
  expect(useDraft('x').text.value).toBe('')
  sessionStorage.setItem('yizhan.draft.x', '{')
  expect(useDraft('x').text.value).toBe('')
})
