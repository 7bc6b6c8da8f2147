import { computed, nextTick, type Ref, ref } from 'vue'
import { ApiError } from '@/hub/api'
import { newCommandId } from '@/hub/ids'
import { doNotice, fetchNotice, NoticeSaidNo } from '@/hub/notices'
import { useKeptDraft } from '@/shared/staff/drafts'
import type { WordKey } from '@/shared/words/i18n'
import type { NoticeContent, NoticeDo, NoticeFault, NoticeView } from '@/wire/wire.gen'
import { contentOf, emptyForm, formOf, type NoticeForm } from './form'
import { noticeTroubleKey } from './tell'
import type { NoticeWords } from './words'

export type Act = NoticeDo['command']['type']

interface Typed {
  form: NoticeForm
  /** The revision that it changes. */
  after: number
  /** What was sent last, perhaps in vain, and its id: the same again has one effect. */
  sent: { body: string; id: string } | null
}

export interface Opened {
  hallId: string
  timeZone: string
  /** Null: a new one. */
  notice: NoticeView | null
  /** What a new one begins with. */
  like: NoticeContent | null
}

/** Where what is typed is kept. */
export const draftId = (notice: NoticeView | null): string =>
  `written_notice.${notice?.notice_id ?? 'new'}`

/** A notice that is being written: what was typed, what is wrong with it, and what is done. */
export function useNoticeForm(
  { hallId, timeZone, notice, like }: Opened,
  tell: { done(act: Act, now: NoticeView): void; expired(): void },
) {
  const before = notice?.content ?? like
  const first = before === null ? emptyForm() : formOf(before, timeZone)
  const form: Ref<NoticeForm> = ref(structuredClone(first))
  const after = ref(notice?.revision ?? 0)
  const sent = ref<Typed['sent']>(null)
  const isKept = ref(false)
  const isTried = ref(false)
  const isPending = ref(false)
  const isOutdated = ref(false)
  const trouble = ref<WordKey<NoticeWords> | null>(null)
  const seen = ref<readonly NoticeFault[]>([])

  const isChanged = computed(() => JSON.stringify(form.value) !== JSON.stringify(first))
  const { forget } = useKeptDraft<Typed>(
    draftId(notice),
    () => (isChanged.value ? { form: form.value, after: after.value, sent: sent.value } : null),
    (kept) => {
      form.value = { ...form.value, ...kept.form }
      after.value = kept.after ?? after.value
      sent.value = kept.sent ?? null
      isKept.value = true
    },
  )

  const content = computed(() => contentOf(form.value, timeZone, before))
  const lacksPlace = computed(
    () =>
      form.value.where === 'chosen' &&
      form.value.zoneIds.length + form.value.screenIds.length === 0,
  )
  /** What hides in a text is told at once; what is missing once it is to be published. */
  const faults = computed((): readonly NoticeFault[] => {
    const found = seen.value.filter(({ code }) => isTried.value || code.startsWith('text_'))
    if (!lacksPlace.value || !isTried.value) return found
    return [...found, { field: 'where', code: 'none_chosen' }]
  })

  async function send(act: Act): Promise<void> {
    if (isPending.value) return
    trouble.value = null
    if (act !== 'take_down') isTried.value = act === 'publish_notice'
    if (act !== 'take_down' && lacksPlace.value) {
      isTried.value = true
      trouble.value = 'notices.refusal.notice_faulty'
      return showFault()
    }
    isPending.value = true
    try {
      const now = await doNotice(hallId, order(act))
      forget()
      tell.done(act, now)
    } catch (error) {
      await said(error)
    }
    isPending.value = false
  }

  function order(act: Act): NoticeDo {
    const command: NoticeDo['command'] =
      act === 'take_down' ? { type: act } : { type: act, content: content.value }
    const asked = { notice_id: notice?.notice_id ?? null, after: after.value, command }
    const body = JSON.stringify(asked)
    if (sent.value?.body !== body) sent.value = { body, id: newCommandId() }
    return { ...asked, id: sent.value.id }
  }

  async function said(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === 401) tell.expired()
    trouble.value = noticeTroubleKey(error)
    if (!(error instanceof NoticeSaidNo)) return
    isOutdated.value = error.code === 'notice_outdated'
    if (error.code !== 'notice_faulty') return
    seen.value = error.faults
    isTried.value = true
    await showFault()
  }

  async function showFault(): Promise<void> {
    await nextTick()
    const field = document.getElementById(`notice-${faults.value[0]?.field}`)
    field?.querySelector<HTMLElement>('input, textarea')?.focus()
  }

  /** What was typed goes on the revision that came in between. */
  async function keepMine(): Promise<void> {
    if (notice === null) return
    try {
      after.value = (await fetchNotice(hallId, notice.notice_id)).notice.revision
      isOutdated.value = false
      trouble.value = 'notices.keptMine'
    } catch (error) {
      await said(error)
    }
  }

  return {
    form,
    content,
    faults,
    seen,
    trouble,
    isChanged,
    isKept,
    isPending,
    isOutdated,
    send,
    keepMine,
    forget,
  }
}
