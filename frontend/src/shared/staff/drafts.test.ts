import { beforeEach, describe, expect, it } from 'vitest'
import { effectScope, nextTick, reactive, ref } from 'vue'
import { dropDrafts, keepDraft, keptDraft, ownDrafts, useKeptDraft } from './drafts'

beforeEach(() => sessionStorage.clear())

describe('what is typed and not sent', () => {
  it('is given back to its own form, as it was left last', async () => {
    const before = effectScope()
    before.run(() => {
      const form = reactive({ words: '', days: [1] })
      useKeptDraft(
        'a',
        () => ({ ...form }),
        () => expect.unreachable(),
      )
      form.words = 'half a sen'
    })
    await nextTick()
    before.stop()
    const restored: object[] = []
    effectScope().run(() => {
      useKeptDraft(
        'b',
        () => null,
        (kept) => restored.push(kept),
      )
      useKeptDraft(
        'a',
        () => null,
        (kept) => restored.push(kept),
      )
    })
    expect(restored).toEqual([{ words: 'half a sen', days: [1] }])
  })

  it('is forgotten when it was sent', async () => {
    const words = ref<string | null>(null)
    const form = effectScope().run(() =>
      useKeptDraft(
        'a',
        () => (words.value === null ? null : { words: words.value }),
        () => {},
      ),
    )
    const type = async (next: string | null) => {
      words.value = next
      await nextTick()
    }
    await type('x')
    expect(keptDraft('a')).toEqual({ words: 'x' })
    await type(null)
    expect(keptDraft('a')).toBeNull()
    await type('y')
    form?.forget()
    expect(keptDraft('a')).toBeNull()
  })

  it('is nobody else’s, and gone with a sign-out', () => {
    ownDrafts('li')
    keepDraft('a', { words: 'x' })
    ownDrafts('li')
    expect(keptDraft('a')).not.toBeNull()
    ownDrafts('wang')
    expect(keptDraft('a')).toBeNull()
    keepDraft('a', { words: 'y' })
    sessionStorage.setItem('other', '1')
    dropDrafts()
    expect([keptDraft('a'), sessionStorage.getItem('other')]).toEqual([null, '1'])
  })

  it('that cannot be read is none', () => {
    sessionStorage.setItem('yizhan.draft.a', '{"words":')
    expect(keptDraft('a')).toBeNull()
  })
})
